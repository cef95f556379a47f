import {
  customerViewSchema,
  estimateRequestSchema,
  estimateViewSchema,
  explainRequestSchema,
  explanationViewSchema,
  fieldCatalogueViewSchema,
  pageViewSchema,
  ruleRequestSchema,
  ruleSchema,
  segmentAnalyticsViewSchema,
  segmentSchema,
  segmentViewSchema,
} from "@crm-engine/core/schemas";
import { createRoute, z } from "@hono/zod-openapi";
import type { AppParts } from "../app-env.js";
import { unlessGone } from "../client-gone.js";
import { customersDownload } from "../downloads/customers-download.js";
import { changeOptions, ifMatchHeader, tagged } from "../etag.js";
import { idempotent } from "../middleware/idempotency.js";
import { type App, answers, idempotencyHeader, idParam, jsonBody, noContent, streams, versionedAnswers } from "../openapi.js";
import { pageQuery, pageRequest } from "../page-query.js";

const tags = ["segments"];
const path = "/api/segments";
const segmentIn = segmentSchema.extend({ rule: ruleSchema }).openapi("SegmentInput");
const { asOf } = ruleRequestSchema.shape;

const create = createRoute({
  method: "post",
  path,
  tags,
  summary: "Save a segment",
  parameters: [idempotencyHeader],
  request: { body: jsonBody(segmentIn) },
  responses: versionedAnswers(201, segmentViewSchema, "The segment."),
});
const list = createRoute({
  method: "get",
  path,
  tags,
  summary: "Segments, oldest first",
  request: { query: pageQuery },
  responses: answers(200, pageViewSchema(segmentViewSchema), "A page of segments."),
});
const get = createRoute({
  method: "get",
  path: `${path}/{id}`,
  tags,
  summary: "A segment",
  request: { params: idParam },
  responses: versionedAnswers(200, segmentViewSchema, "The segment."),
});
const update = createRoute({
  method: "put",
  path: `${path}/{id}`,
  tags,
  summary: "Replace a segment's name, rule and time zone",
  parameters: [ifMatchHeader],
  request: { params: idParam, body: jsonBody(segmentIn) },
  responses: versionedAnswers(200, segmentViewSchema, "The segment."),
});
const remove = createRoute({
  method: "delete",
  path: `${path}/{id}`,
  tags,
  summary: "Delete a segment",
  parameters: [ifMatchHeader],
  request: { params: idParam },
  responses: noContent,
});
const estimate = createRoute({
  method: "post",
  path: `${path}/estimate`,
  tags,
  summary: "How many customers a rule selects",
  request: { body: jsonBody(estimateRequestSchema.extend({ rule: ruleSchema })) },
  responses: answers(200, estimateViewSchema, "The count, and up to five of them."),
});
const fields = createRoute({
  method: "get",
  path: `${path}/fields`,
  tags,
  summary: "What rules can name, with the operators of each",
  responses: answers(200, fieldCatalogueViewSchema, "The catalogue."),
});
const explain = createRoute({
  method: "post",
  path: `${path}/explain`,
  tags,
  summary: "Why a customer is, or is not, selected",
  request: { body: jsonBody(explainRequestSchema.extend({ rule: ruleSchema })) },
  responses: answers(200, explanationViewSchema, "The verdict at each node of the rule."),
});
const analytics = createRoute({
  method: "get",
  path: `${path}/{id}/analytics`,
  tags,
  summary: "Who is in a segment, beside everyone",
  description:
    "How many there are, what they spent, how they are distributed by spend, orders and days, which products they bought, who is in another segment too, and what uses it. Computed when it is asked for, for at most 10 s; past them it is `unavailable`.",
  request: {
    params: idParam,
    query: z.object({
      with: z.string().min(1).max(400).optional().openapi({ description: "The id of another segment, to count who is in both." }),
      asOf,
    }),
  },
  responses: answers(200, segmentAnalyticsViewSchema, "Computed now, of the data of now."),
});
const members = createRoute({
  method: "get",
  path: `${path}/{id}/customers`,
  tags,
  summary: "The customers in a segment",
  request: { params: idParam, query: pageQuery.extend({ asOf }) },
  responses: answers(200, pageViewSchema(customerViewSchema), "A page of members, by id."),
});
export const membersCsv = createRoute({
  method: "get",
  path: `${path}/{id}/customers.csv`,
  tags,
  summary: "The customers in a segment, as a file",
  request: { params: idParam, query: z.object({ asOf }) },
  responses: streams("text/csv", "One row a member."),
});

export function segmentRoutes(app: App, parts: AppParts): void {
  const { engine } = parts;
  app.on("POST", path, idempotent(engine));
  app.openapi(create, async (c) => c.json(tagged(c, await engine.untrusted.segments.create(c.req.valid("json"))), 201));
  app.openapi(list, async (c) => c.json(await engine.segments.list(pageRequest(c.req.valid("query"))), 200));
  app.openapi(fields, (c) => c.json(engine.segments.fields(), 200));
  app.openapi(get, async (c) => c.json(tagged(c, await engine.segments.get(c.req.valid("param").id)), 200));
  app.openapi(update, async (c) => {
    const changed = await engine.untrusted.segments.update(c.req.valid("param").id, c.req.valid("json"), changeOptions(c));
    return c.json(tagged(c, changed), 200);
  });
  app.openapi(remove, async (c) => {
    await engine.segments.delete(c.req.valid("param").id, changeOptions(c));
    return c.body(null, 204);
  });
  ruleRoutes(app, parts);
  memberRoutes(app, parts);
}

function ruleRoutes(app: App, { engine: { untrusted } }: AppParts): void {
  app.openapi(estimate, async (c) => {
    const { signal } = c.req.raw;
    const estimated = await untrusted.segments.estimate(c.req.valid("json"), { signal }).catch(unlessGone(signal));
    return c.json(estimated, 200);
  });
  app.openapi(explain, async (c) => c.json(await untrusted.segments.explain(c.req.valid("json")), 200));
}

function memberRoutes(app: App, { engine, logger }: AppParts): void {
  app.openapi(analytics, async (c) => {
    const { signal } = c.req.raw;
    const { id } = c.req.valid("param");
    const found = await engine.segments.analytics(id, c.req.valid("query"), { signal }).catch(unlessGone(signal));
    return c.json(found, 200);
  });
  app.openapi(members, async (c) => {
    const { asOf, ...page } = c.req.valid("query");
    const { id } = c.req.valid("param");
    return c.json(await engine.segments.members(id, pageRequest(page), asOf === undefined ? {} : { asOf }), 200);
  });
  app.openapi(membersCsv, (c) => {
    const { id } = c.req.valid("param");
    const { asOf } = c.req.valid("query");
    return customersDownload(c, logger, (request) => engine.segments.members(id, request, asOf === undefined ? {} : { asOf }));
  });
}
