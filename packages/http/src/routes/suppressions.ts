import { CHANNELS, pageViewSchema, suppressionDecisionSchema, suppressionViewSchema } from "@crm-engine/core/schemas";
import { createRoute, z } from "@hono/zod-openapi";
import { addressQuery } from "../address-query.js";
import type { AppParts } from "../app-env.js";
import { type App, answers, jsonBody } from "../openapi.js";
import { pageQuery, pageRequest } from "../page-query.js";

const tags = ["suppressions"];
const channelQuery = z.enum(CHANNELS).optional();

const list = createRoute({
  method: "get",
  path: "/api/suppressions",
  tags,
  summary: "Addresses that nobody is written to at",
  description:
    "With an address: what is known of it, suppressed or not. Without: all that are suppressed, known by their hashes.",
  request: { query: pageQuery.extend({ address: addressQuery, channel: channelQuery }) },
  responses: answers(200, pageViewSchema(suppressionViewSchema), "A page of suppressions."),
});

/** Of an address: in the query or in the body, as the caller likes. */
const decision = {
  query: z.object({ address: addressQuery, channel: channelQuery }),
  body: jsonBody(suppressionDecisionSchema.partial({ address: true })),
};
const queued = answers(202, z.object({ queued: z.literal(true) }), "Durably queued.");

const suppress = createRoute({
  method: "post",
  path: "/api/suppressions",
  tags,
  summary: "Suppress an address by hand",
  description: "No opt-in lifts it; only an operator does.",
  request: decision,
  responses: queued,
});

const lift = createRoute({
  method: "delete",
  path: "/api/suppressions",
  tags,
  summary: "Lift bounces, and what was suppressed by hand",
  description: "Nothing else: what its person said is lifted by a later, dated opt-in.",
  request: decision,
  responses: queued,
});

export function suppressionRoutes(app: App, { engine }: AppParts): void {
  app.openapi(list, async (c) => {
    const { address, channel, ...page } = c.req.valid("query");
    if (address === undefined) return c.json(await engine.suppressions.list({ channel }, pageRequest(page)), 200);
    return c.json({ items: await engine.suppressions.find(address, { channel }), nextCursor: null }, 200);
  });
  app.openapi(suppress, async (c) => {
    await engine.untrusted.suppressions.suppress({ ...c.req.valid("query"), ...c.req.valid("json") });
    return c.json({ queued: true as const }, 202);
  });
  app.openapi(lift, async (c) => {
    await engine.untrusted.suppressions.lift({ ...c.req.valid("query"), ...c.req.valid("json") });
    return c.json({ queued: true as const }, 202);
  });
}
