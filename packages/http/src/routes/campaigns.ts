import type { Campaign, CampaignStats, Engine } from "@crm-engine/core";
import {
  CAMPAIGN_STATUSES,
  campaignSchema,
  campaignStatsViewSchema,
  campaignViewSchema,
  isOver,
  pageViewSchema,
} from "@crm-engine/core/schemas";
import { createRoute, z } from "@hono/zod-openapi";
import type { AppParts } from "../app-env.js";
import { changeOptions, ifMatchHeader, tagged } from "../etag.js";
import { EVENTS, eventStream } from "../live/event-stream.js";
import { SharedReads } from "../live/shared-reads.js";
import { Watches } from "../live/watches.js";
import { idempotent } from "../middleware/idempotency.js";
import {
  type App,
  answers,
  eventStreams,
  idempotencyHeader,
  idParam,
  jsonBody,
  lastEventIdHeader,
  noContent,
  versionedAnswers,
} from "../openapi.js";
import { pageQuery, pageRequest } from "../page-query.js";

const tags = ["campaigns"];
const path = "/api/campaigns";
const LOOK_MS = 500;
const STATS_MS = 2_000;

const listQuery = pageQuery.extend({
  search: z.string().max(200).optional().openapi({ description: "Part of the name, whatever its case." }),
  status: z.enum(CAMPAIGN_STATUSES).optional(),
  archived: z.enum(["true", "false"]).optional().openapi({ description: "true: those in the archive; else those that are not." }),
});

const create = createRoute({
  method: "post",
  path,
  tags,
  summary: "Draft a campaign",
  parameters: [idempotencyHeader],
  request: { body: jsonBody(campaignSchema) },
  responses: versionedAnswers(201, campaignViewSchema, "The campaign."),
});
const list = createRoute({
  method: "get",
  path,
  tags,
  summary: "Campaigns, newest first",
  request: { query: listQuery },
  responses: answers(200, pageViewSchema(campaignViewSchema), "A page of campaigns."),
});
const get = createRoute({
  method: "get",
  path: `${path}/{id}`,
  tags,
  summary: "A campaign",
  request: { params: idParam },
  responses: versionedAnswers(200, campaignViewSchema, "The campaign."),
});
const update = createRoute({
  method: "patch",
  path: `${path}/{id}`,
  tags,
  summary: "Change a draft; of others the name, and the rate until they have ended",
  parameters: [ifMatchHeader],
  request: { params: idParam, body: jsonBody(campaignSchema.partial()) },
  responses: versionedAnswers(200, campaignViewSchema, "The campaign."),
});
const remove = createRoute({
  method: "delete",
  path: `${path}/{id}`,
  tags,
  summary: "Delete a draft",
  parameters: [ifMatchHeader],
  request: { params: idParam },
  responses: noContent,
});
const clone = createRoute({
  method: "post",
  path: `${path}/{id}/clone`,
  tags,
  summary: "A draft with the same content, audience and rate",
  parameters: [idempotencyHeader],
  request: { params: idParam },
  responses: versionedAnswers(201, campaignViewSchema, "The copy."),
});
const stats = createRoute({
  method: "get",
  path: `${path}/{id}/stats`,
  tags,
  summary: "What became of every recipient",
  description: "Of a running campaign at most 2 s old.",
  request: { params: idParam },
  responses: answers(200, campaignStatsViewSchema, "Counts derived from the log's rows."),
});
const events = createRoute({
  method: "get",
  path: `${path}/{id}/events`,
  tags,
  summary: "Progress until the campaign is over",
  description: EVENTS,
  parameters: [lastEventIdHeader],
  request: { params: idParam },
  responses: eventStreams("progress events, then done; each holds the campaign's status and stats."),
});

export function campaignRoutes(app: App, { engine, logger }: AppParts): void {
  app.on("POST", [path, `${path}/:id/clone`], idempotent(engine));
  app.openapi(create, async (c) => c.json(tagged(c, await engine.untrusted.campaigns.create(c.req.valid("json"))), 201));
  app.openapi(list, async (c) => {
    const { search, status, archived, ...page } = c.req.valid("query");
    return c.json(await engine.campaigns.list(pageRequest(page), { search, status, archived: archived === "true" }), 200);
  });
  app.openapi(get, async (c) => c.json(tagged(c, await engine.campaigns.get(c.req.valid("param").id)), 200));
  app.openapi(update, async (c) => {
    const changed = await engine.untrusted.campaigns.update(c.req.valid("param").id, c.req.valid("json"), changeOptions(c));
    return c.json(tagged(c, changed), 200);
  });
  app.openapi(remove, async (c) => {
    await engine.campaigns.delete(c.req.valid("param").id, changeOptions(c));
    return c.body(null, 204);
  });
  app.openapi(clone, async (c) => c.json(tagged(c, await engine.campaigns.clone(c.req.valid("param").id)), 201));
  const { statsOf, look } = liveStats(engine);
  app.openapi(stats, async (c) => c.json(await statsOf(await engine.campaigns.get(c.req.valid("param").id)), 200));
  const watches = new Watches(logger);
  app.openapi(events, (c) => {
    const { id } = c.req.valid("param");
    return eventStream(c, watches, { key: id, everyMs: LOOK_MS, look: () => look(id) });
  });
}

/** While a campaign runs its stats are read once for all who look, and at most every 2 s; once it does not, they are what they are now. */
function liveStats({ campaigns }: Engine) {
  const reads = new SharedReads<CampaignStats>();
  const statsOf = ({ id, status }: Campaign) =>
    status === "running" ? reads.read(id, STATS_MS, () => campaigns.stats(id)) : campaigns.stats(id);
  const look = async (id: string) => {
    const campaign = await campaigns.get(id);
    const { status, reason } = campaign;
    const stats = await statsOf(campaign);
    return { state: { id, status, ...(reason === undefined ? {} : { reason }), stats }, done: isOver(status) };
  };
  return { statsOf, look };
}
