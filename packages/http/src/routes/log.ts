import { communicationLogViewSchema, DELIVERY_STATUSES, pageViewSchema } from "@crm-engine/core/schemas";
import { createRoute, z } from "@hono/zod-openapi";
import type { AppParts } from "../app-env.js";
import { csvDownload } from "../downloads/csv-download.js";
import { LOG_COLUMNS, logRows } from "../downloads/log-rows.js";
import { type App, answers, idParam, streams } from "../openapi.js";
import { pageQuery, pageRequest } from "../page-query.js";

const tags = ["log"];
const status = z.enum(DELIVERY_STATUSES).optional();

const ofCampaign = createRoute({
  method: "get",
  path: "/api/campaigns/{id}/log",
  tags,
  summary: "The campaign's recipients, one row each",
  request: { params: idParam, query: pageQuery.extend({ status }) },
  responses: answers(200, pageViewSchema(communicationLogViewSchema), "A page of rows, by id."),
});
const ofCampaignCsv = createRoute({
  method: "get",
  path: "/api/campaigns/{id}/log.csv",
  tags,
  summary: "The campaign's recipients, as a file",
  request: { params: idParam, query: z.object({ status }) },
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
    const { status, ...page } = c.req.valid("query");
    const filter = { campaignId: c.req.valid("param").id, ...(status === undefined ? {} : { status }) };
    return c.json(await engine.campaigns.log(filter, pageRequest(page)), 200);
  });
  app.openapi(ofCampaignCsv, (c) => {
    const { status } = c.req.valid("query");
    const filter = { campaignId: c.req.valid("param").id, ...(status === undefined ? {} : { status }) };
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
