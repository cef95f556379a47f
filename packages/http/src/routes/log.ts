import { communicationLogViewSchema, DELIVERY_STATUSES, pageViewSchema } from "@crm-engine/core/schemas";
import { createRoute, z } from "@hono/zod-openapi";
import { withPlus } from "../address-query.js";
import type { AppParts } from "../app-env.js";
import { csvDownload } from "../downloads/csv-download.js";
import { LOG_COLUMNS, logRows } from "../downloads/log-rows.js";
import { type App, answers, idParam, streams } from "../openapi.js";
import { pageQuery, pageRequest } from "../page-query.js";

const tags = ["log"];
const rowQuery = z.object({
  status: z.enum(DELIVERY_STATUSES).optional(),
  reason: z.string().min(1).max(2_000).optional().openapi({
    description: "As `failedBy` and `skippedBy` of the stats count it; with another status, of the rows in that.",
  }),
  search: z.string().max(400).transform(withPlus).pipe(z.string().trim().min(1)).optional().openapi({
    type: "string",
    minLength: 1,
    description: "How the customer's id, or the address of the last call, begins. A page may then be short, and not be the last.",
  }),
});

const nameQuery = z.object({
  names: z.enum(["true", "false"]).optional().openapi({ description: "`true`: rows say who their customers are." }),
});

const ofCampaign = createRoute({
  method: "get",
  path: "/api/campaigns/{id}/log",
  tags,
  summary: "The campaign's recipients, one row each",
  request: { params: idParam, query: pageQuery.extend(rowQuery.shape).extend(nameQuery.shape) },
  responses: answers(200, pageViewSchema(communicationLogViewSchema), "A page of rows, by id."),
});
export const campaignLogCsv = createRoute({
  method: "get",
  path: "/api/campaigns/{id}/log.csv",
  tags,
  summary: "The campaign's recipients, as a file",
  request: { params: idParam, query: rowQuery },
  responses: streams("text/csv", "One row a recipient."),
});
const ofCustomer = createRoute({
  method: "get",
  path: "/api/log",
  tags,
  summary: "What a customer was sent",
  request: { query: pageQuery.extend({ customerId: z.string().min(1).max(400) }) },
  responses: answers(200, pageViewSchema(communicationLogViewSchema), "A page of rows, by id."),
});

export function logRoutes(app: App, { engine, logger }: AppParts): void {
  app.openapi(ofCampaign, async (c) => {
    const { limit, cursor, names, ...rows } = c.req.valid("query");
    const filter = { ...rows, names: names === "true", campaignId: c.req.valid("param").id };
    return c.json(await engine.campaigns.log(filter, pageRequest({ limit, cursor })), 200);
  });
  app.openapi(campaignLogCsv, (c) => {
    const filter = { ...c.req.valid("query"), campaignId: c.req.valid("param").id };
    return csvDownload(c, logger, {
      fileName: "log.csv",
      columns: LOG_COLUMNS,
      page: (request) => engine.campaigns.log(filter, request),
      rows: logRows,
    });
  });
  app.openapi(ofCustomer, async (c) => {
    const { customerId, ...page } = c.req.valid("query");
    return c.json(await engine.campaigns.log({ customerId }, pageRequest(page)), 200);
  });
}
