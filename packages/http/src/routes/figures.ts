import { type CampaignReport, campaignReportViewSchema, type Dashboard, dashboardViewSchema } from "@crm-engine/core/schemas";
import { createRoute, z } from "@hono/zod-openapi";
import type { AppParts } from "../app-env.js";
import { SharedReads } from "../live/shared-reads.js";
import { type App, answers, idParam } from "../openapi.js";

/** Who look within so long share an answer. */
const SHARED_MS = 1_000;
const REPORT_MS = 2_000;

const dashboard = createRoute({
  method: "get",
  path: "/api/dashboard",
  tags: ["figures"],
  summary: "All that a first screen shows",
  description:
    "Customers, orders and deliveries of the last days beside as many before, campaigns under way, next and last, recent segments, and what needs a hand. At most 10 s old while a worker is alive.",
  request: {
    query: z.object({
      days: z.coerce.number().int().min(1).max(200).optional().openapi({ description: "Up to today; 30, if absent." }),
    }),
  },
  responses: answers(200, dashboardViewSchema, "From kept figures: see `asOf`."),
});
const report = createRoute({
  method: "get",
  path: "/api/campaigns/{id}/report",
  tags: ["campaigns"],
  summary: "What became of a campaign, and what its recipients ordered",
  description:
    "The funnel with its denominators, failures by reason, deliveries by day, and the orders of its recipients in a time from its start on, beside as long a time before. That is a count: it does not say that they came by the message.",
  request: {
    params: idParam,
    query: z.object({
      windowDays: z.coerce
        .number()
        .int()
        .min(1)
        .max(90)
        .optional()
        .openapi({ description: "The length of that time; 7, if absent." }),
    }),
  },
  responses: answers(200, campaignReportViewSchema, "Counts derived from the log's rows and from orders."),
});

export function figureRoutes(app: App, { engine }: AppParts): void {
  const dashboards = new SharedReads<Dashboard>();
  const reports = new SharedReads<CampaignReport>();
  app.openapi(dashboard, async (c) => {
    const { days } = c.req.valid("query");
    return c.json(await dashboards.read(String(days), SHARED_MS, () => engine.dashboard({ days })), 200);
  });
  app.openapi(report, async (c) => {
    const { id } = c.req.valid("param");
    const { windowDays } = c.req.valid("query");
    const read = () => engine.campaigns.report(id, { windowDays });
    return c.json(await reports.read(`${windowDays} ${id}`, REPORT_MS, read), 200);
  });
}
