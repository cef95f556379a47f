import type { CampaignInput, CampaignStatus } from "@crm-engine/core";
import { campaignSchema } from "@crm-engine/core/schemas";
import { createRoute } from "@hono/zod-openapi";
import type { AppParts } from "../app-env.js";
import { eventStream } from "../event-stream.js";
import { idempotent } from "../middleware/idempotency.js";
import { type App, answers, idempotencyHeader, idParam, jsonBody, noContent, streams } from "../openapi.js";
import { campaignOutSchema, presentCampaign, presentStats, statsSchema } from "../present/campaign.js";
import { pageQuery, pageRequest, pageSchema, presentPage } from "../present/page.js";

const tags = ["campaigns"];
const path = "/api/campaigns";
const OVER: ReadonlySet<CampaignStatus> = new Set(["completed", "cancelled", "failed"]);

const create = createRoute({
  method: "post",
  path,
  tags,
  summary: "Draft a campaign",
  parameters: [idempotencyHeader],
  request: { body: jsonBody(campaignSchema) },
  responses: answers(201, campaignOutSchema, "The campaign."),
});
const list = createRoute({
  method: "get",
  path,
  tags,
  summary: "Campaigns, newest first",
  request: { query: pageQuery },
  responses: answers(200, pageSchema(campaignOutSchema), "A page of campaigns."),
});
const get = createRoute({
  method: "get",
  path: `${path}/{id}`,
  tags,
  summary: "A campaign",
  request: { params: idParam },
  responses: answers(200, campaignOutSchema, "The campaign."),
});
const update = createRoute({
  method: "patch",
  path: `${path}/{id}`,
  tags,
  summary: "Change a draft",
  request: { params: idParam, body: jsonBody(campaignSchema.partial()) },
  responses: answers(200, campaignOutSchema, "The campaign."),
});
const remove = createRoute({
  method: "delete",
  path: `${path}/{id}`,
  tags,
  summary: "Delete a draft",
  request: { params: idParam },
  responses: noContent,
});
const stats = createRoute({
  method: "get",
  path: `${path}/{id}/stats`,
  tags,
  summary: "What became of every recipient",
  request: { params: idParam },
  responses: answers(200, statsSchema, "Counts derived from the log's rows."),
});
const events = createRoute({
  method: "get",
  path: `${path}/{id}/events`,
  tags,
  summary: "Progress until the campaign is over",
  request: { params: idParam },
  responses: streams("text/event-stream", "progress events, then done; each holds the campaign's status and stats."),
});

export function campaignRoutes(app: App, { engine, logger }: AppParts): void {
  app.on("POST", path, idempotent(engine));
  app.openapi(create, async (c) =>
    c.json(presentCampaign(await engine.campaigns.create(c.req.valid("json") as CampaignInput)), 201),
  );
  app.openapi(list, async (c) =>
    c.json(presentPage(await engine.campaigns.list(pageRequest(c.req.valid("query"))), presentCampaign), 200),
  );
  app.openapi(get, async (c) => c.json(presentCampaign(await engine.campaigns.get(c.req.valid("param").id)), 200));
  app.openapi(update, async (c) => {
    const change = c.req.valid("json") as Partial<CampaignInput>;
    return c.json(presentCampaign(await engine.campaigns.update(c.req.valid("param").id, change)), 200);
  });
  app.openapi(remove, async (c) => {
    await engine.campaigns.delete(c.req.valid("param").id);
    return c.body(null, 204);
  });
  app.openapi(stats, async (c) => c.json(presentStats(await engine.campaigns.stats(c.req.valid("param").id)), 200));
  app.openapi(events, (c) => {
    const { id } = c.req.valid("param");
    return eventStream(c, logger, async () => {
      const { status, reason } = await engine.campaigns.get(id);
      const stats = presentStats(await engine.campaigns.stats(id));
      return { state: { id, status, ...(reason === undefined ? {} : { reason }), stats }, done: OVER.has(status) };
    });
  });
}
