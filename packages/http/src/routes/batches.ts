import { BATCH_KINDS, batchViewSchema, pageViewSchema } from "@crm-engine/core/schemas";
import { createRoute, z } from "@hono/zod-openapi";
import type { AppParts } from "../app-env.js";
import { csvDownload } from "../downloads/csv-download.js";
import { listRejections } from "../downloads/list-rejections.js";
import { EVENTS, eventStream } from "../live/event-stream.js";
import { Watches } from "../live/watches.js";
import { type App, answers, eventStreams, idParam, lastEventIdHeader, streams } from "../openapi.js";
import { pageQuery, pageRequest } from "../page-query.js";

const tags = ["batches"];
const LOOK_MS = 500;

const list = createRoute({
  method: "get",
  path: "/api/batches",
  tags,
  summary: "Uploads, newest first",
  request: { query: pageQuery.extend({ kind: z.enum(BATCH_KINDS).optional() }) },
  responses: answers(200, pageViewSchema(batchViewSchema), "A page of batches."),
});

const get = createRoute({
  method: "get",
  path: "/api/batches/{id}",
  tags,
  summary: "What became of an upload's rows",
  request: { params: idParam },
  responses: answers(200, batchViewSchema, "The batch."),
});

export const errorsCsv = createRoute({
  method: "get",
  path: "/api/batches/{id}/errors.csv",
  tags,
  summary: "Every rejected row with its reason",
  description:
    "Of an upload with more than 200,000 rejected rows some 200,000; the last line then says how many more there were.",
  request: { params: idParam },
  responses: streams("text/csv", "row, line, path, message"),
});

const events = createRoute({
  method: "get",
  path: "/api/batches/{id}/events",
  tags,
  summary: "Progress until the batch is completed",
  description: EVENTS,
  parameters: [lastEventIdHeader],
  request: { params: idParam },
  responses: eventStreams("progress events, then done; each holds the batch."),
});

export function batchRoutes(app: App, { engine, logger }: AppParts): void {
  app.openapi(list, async (c) => {
    const { kind, ...page } = c.req.valid("query");
    return c.json(await engine.batches.list(kind === undefined ? {} : { kind }, pageRequest(page)), 200);
  });
  app.openapi(get, async (c) => c.json(await engine.batches.get(c.req.valid("param").id), 200));
  app.openapi(errorsCsv, (c) => {
    const { id } = c.req.valid("param");
    return csvDownload(c, logger, {
      fileName: "errors.csv",
      columns: ["row", "line", "path", "message"],
      page: listRejections(engine.batches, id),
      rows: ({ row, line, path, message }) => [{ row, line, path, message }],
    });
  });
  const watches = new Watches(logger);
  app.openapi(events, (c) => {
    const { id } = c.req.valid("param");
    const look = async () => {
      const batch = await engine.batches.get(id);
      return { state: batch, done: batch.status === "completed" };
    };
    return eventStream(c, watches, { key: id, everyMs: LOOK_MS, look });
  });
}
