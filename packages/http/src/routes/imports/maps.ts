import { CrmError } from "@crm-engine/core";
import { BATCH_KINDS, pageViewSchema, storedMapViewSchema } from "@crm-engine/core/schemas";
import { findPreset, PRESETS, readMap } from "@crm-engine/files";
import { createRoute, z } from "@hono/zod-openapi";
import type { AppParts } from "../../app-env.js";
import { changeOptions, ifMatchHeader, tagged } from "../../etag.js";
import { type App, answers, jsonBody, noContent, versionedAnswers } from "../../openapi.js";
import { pageQuery, pageRequest } from "../../page-query.js";

const tags = ["imports"];
const path = "/api/imports/maps";
const nameParam = z.object({
  name: z
    .string()
    .min(1)
    .max(400)
    .openapi({ param: { name: "name", in: "path" } }),
});
const mapObject = z.record(z.string(), z.unknown()).openapi({ description: "Targets to columns." });
const mapIn = z.strictObject({ kind: z.enum(BATCH_KINDS), map: mapObject }).openapi("StoredMapInput");
const presetSchema = z
  .object({ name: z.string(), kind: z.enum(BATCH_KINDS), title: z.string(), map: mapObject })
  .openapi("ImportPreset");

const presets = createRoute({
  method: "get",
  path: "/api/imports/presets",
  tags,
  summary: "Maps for exports that people have",
  responses: answers(200, z.array(presetSchema), "All of them."),
});
const list = createRoute({
  method: "get",
  path,
  tags,
  summary: "Stored maps, by name",
  request: { query: pageQuery },
  responses: answers(200, pageViewSchema(storedMapViewSchema), "A page of maps."),
});
const get = createRoute({
  method: "get",
  path: `${path}/{name}`,
  tags,
  summary: "A stored map",
  request: { params: nameParam },
  responses: versionedAnswers(200, storedMapViewSchema, "The map."),
});
const put = createRoute({
  method: "put",
  path: `${path}/{name}`,
  tags,
  summary: "Store a map under a name",
  description: "`?map=` of an upload then takes the name. A preset's name is taken: `conflict`.",
  parameters: [ifMatchHeader],
  request: { params: nameParam, body: jsonBody(mapIn) },
  responses: versionedAnswers(200, storedMapViewSchema, "The map."),
});
const remove = createRoute({
  method: "delete",
  path: `${path}/{name}`,
  tags,
  summary: "Forget a stored map",
  parameters: [ifMatchHeader],
  request: { params: nameParam },
  description: "What was uploaded by it stays.",
  responses: noContent,
});

export function mapRoutes(app: App, { engine: { maps } }: AppParts): void {
  app.openapi(presets, (c) => {
    const shown = PRESETS.map(({ name, kind, title, map }) => ({ name, kind, title, map: { ...map } }));
    return c.json(shown, 200);
  });
  app.openapi(list, async (c) => c.json(await maps.list(pageRequest(c.req.valid("query"))), 200));
  app.openapi(get, async (c) => c.json(tagged(c, await maps.get(c.req.valid("param").name)), 200));
  app.openapi(put, async (c) => {
    const { name } = c.req.valid("param");
    if (findPreset(name)) throw new CrmError("conflict", `${name} is the name of a preset: store the map under another.`);
    if (/^\s*\{/.test(name)) throw new CrmError("invalid", "A map's name does not begin with a brace.");
    const { kind, map } = c.req.valid("json");
    return c.json(tagged(c, await maps.put(name, { kind, map: readMap(kind, map) }, changeOptions(c))), 200);
  });
  app.openapi(remove, async (c) => {
    await maps.delete(c.req.valid("param").name, changeOptions(c));
    return c.body(null, 204);
  });
}
