import { deadLetterViewSchema, discardSchema, pageViewSchema, queueDepthViewSchema, TOPICS } from "@crm-engine/core/schemas";
import { createRoute, z } from "@hono/zod-openapi";
import type { AppParts } from "../app-env.js";
import { type App, answers, jsonBody } from "../openapi.js";
import { pageQuery, pageRequest } from "../page-query.js";

const tags = ["queues"];
const topic = z.enum(TOPICS);

const depths = createRoute({
  method: "get",
  path: "/api/queues",
  tags,
  summary: "Depth and lag of every queue",
  responses: answers(200, z.object({ items: z.array(queueDepthViewSchema) }), "One entry a topic."),
});
const list = createRoute({
  method: "get",
  path: "/api/dead-letters",
  tags,
  summary: "Messages that were refused for good, oldest first",
  request: { query: pageQuery.extend({ topic: topic.optional() }) },
  responses: answers(200, pageViewSchema(deadLetterViewSchema), "A page of dead letters with their reasons."),
});
const replay = createRoute({
  method: "post",
  path: "/api/dead-letters/replay",
  tags,
  summary: "Put dead letters back into their queues, some or all of a topic",
  request: {
    body: jsonBody(
      z.union([z.strictObject({ ids: z.array(z.string().min(1).max(400)).min(1).max(1_000) }), z.strictObject({ topic })]),
    ),
  },
  responses: answers(200, z.object({ replayed: z.int() }), "How many were put back, with no attempts counted."),
});

const discard = createRoute({
  method: "post",
  path: "/api/dead-letters/discard",
  tags,
  summary: "Take dead letters away for good",
  description:
    "A part of an upload that is discarded is never applied: its batch stays `processing`. The reason goes to the log.",
  request: { body: jsonBody(discardSchema) },
  responses: answers(200, z.object({ discarded: z.int() }), "How many there were of these."),
});

export function queueRoutes(app: App, { engine: { queues }, logger }: AppParts): void {
  app.openapi(depths, async (c) => c.json({ items: [...(await queues.depths())] }, 200));
  app.openapi(list, async (c) => {
    const { topic, ...page } = c.req.valid("query");
    return c.json(await queues.deadLetters(topic === undefined ? {} : { topic }, pageRequest(page)), 200);
  });
  app.openapi(replay, async (c) => c.json({ replayed: await queues.replay(c.req.valid("json")) }, 200));
  app.openapi(discard, async (c) => {
    const letters = c.req.valid("json");
    const discarded = await queues.discard(letters);
    logger.info({ requestId: c.get("requestId"), discarded, reason: letters.reason }, "dead letters discarded");
    return c.json({ discarded }, 200);
  });
}
