import type { Campaign, Engine } from "@crm-engine/core";
import {
  archiveSchema,
  campaignViewSchema,
  messagePreviewViewSchema,
  previewSchema,
  resolveUnknownSchema,
  retryFailedSchema,
  scheduleSchema,
  testMessageSchema,
} from "@crm-engine/core/schemas";
import { createRoute, type z } from "@hono/zod-openapi";
import type { AppParts } from "../app-env.js";
import { tagged } from "../etag.js";
import { type App, answers, idParam, jsonBody, optionalBody, versionedAnswers } from "../openapi.js";

/** Moves that need nothing but the campaign's id, by the name of their route. */
const MOVES = {
  launch: ["Launch a campaign", (campaigns, id) => campaigns.launch(id)],
  unschedule: ["Make a scheduled campaign a draft again", (campaigns, id) => campaigns.unschedule(id)],
  pause: ["Pause a campaign", (campaigns, id) => campaigns.pause(id)],
  resume: ["Resume a campaign", (campaigns, id) => campaigns.resume(id)],
  cancel: ["Cancel a campaign", (campaigns, id) => campaigns.cancel(id)],
} satisfies Record<string, readonly [summary: string, move: (campaigns: Engine["campaigns"], id: string) => Promise<Campaign>]>;

const schedule = actionRoute("schedule", "Start a campaign at a time", scheduleSchema);
const archive = createRoute({
  ...shared("archive", "Put a draft, or what has ended, into the archive, or take it out"),
  request: { params: idParam, body: optionalBody(archiveSchema) },
});
const retryFailed = createRoute({
  ...shared("retry-failed", "Send to failed recipients again"),
  request: { params: idParam, body: optionalBody(retryFailedSchema) },
});
const unknown = actionRoute("unknown", "Settle recipients of whom nobody knows whether they were sent to", resolveUnknownSchema);
const test = actionRoute("test", "Send the message to up to ten addresses, outside the campaign's log", testMessageSchema);
const preview = createRoute({
  ...shared("preview", "The message as one customer would get it"),
  description: "409 where the audience is empty and no customer is named.",
  request: { params: idParam, body: optionalBody(previewSchema) },
  responses: answers(200, messagePreviewViewSchema, "The message, and which of its variables have no value."),
});

/** What moves a campaign through its life, or sends in its name. */
export function campaignActionRoutes(app: App, { engine: { campaigns, untrusted } }: AppParts): void {
  for (const [name, [summary, move]] of Object.entries(MOVES)) {
    app.openapi(moveRoute(name, summary), async (c) => c.json(tagged(c, await move(campaigns, c.req.valid("param").id)), 200));
  }
  app.openapi(schedule, async (c) =>
    c.json(tagged(c, await untrusted.campaigns.schedule(c.req.valid("param").id, c.req.valid("json"))), 200),
  );
  app.openapi(archive, async (c) =>
    c.json(tagged(c, await untrusted.campaigns.archive(c.req.valid("param").id, c.req.valid("json"))), 200),
  );
  app.openapi(retryFailed, async (c) =>
    c.json(tagged(c, await untrusted.campaigns.retryFailed(c.req.valid("param").id, c.req.valid("json"))), 200),
  );
  app.openapi(unknown, async (c) =>
    c.json(tagged(c, await untrusted.campaigns.resolveUnknown(c.req.valid("param").id, c.req.valid("json"))), 200),
  );
  app.openapi(preview, async (c) => c.json(await untrusted.campaigns.preview(c.req.valid("param").id, c.req.valid("json")), 200));
  app.openapi(test, async (c) =>
    c.json(tagged(c, await untrusted.campaigns.test(c.req.valid("param").id, c.req.valid("json"))), 200),
  );
}

function moveRoute(name: string, summary: string) {
  return createRoute({ ...shared(name, summary), request: { params: idParam } });
}

function actionRoute<T extends z.ZodType>(name: string, summary: string, body: T) {
  return createRoute({ ...shared(name, summary), request: { params: idParam, body: jsonBody(body) } });
}

function shared(name: string, summary: string) {
  return {
    method: "post" as const,
    path: `/api/campaigns/{id}/${name}`,
    tags: ["campaigns"],
    summary,
    description: "409 where the state does not allow it; the problem names the state and what it allows.",
    responses: versionedAnswers(200, campaignViewSchema, "The campaign."),
  };
}
