import { CrmError } from "@crm-engine/core";
import { createRoute, z } from "@hono/zod-openapi";
import type { AppParts } from "../app-env.js";
import { type App, answers } from "../openapi.js";

const tags = ["health"];
const serviceSchema = z.object({ name: z.string(), version: z.string(), durable: z.boolean(), warnings: z.array(z.string()) });

const live = createRoute({
  method: "get",
  path: "/healthz",
  tags,
  summary: "The process answers",
  responses: answers(200, z.object({ status: z.literal("live") }), "Live."),
});
const ready = createRoute({
  method: "get",
  path: "/readyz",
  tags,
  summary: "Store and queue answer, and take writes",
  responses: answers(
    200,
    z.object({
      status: z.literal("ready"),
      store: serviceSchema,
      queue: serviceSchema,
      workers: z.object({ alive: z.int(), lastSeenAt: z.string().optional() }).openapi({
        description: "Without one that is alive, what is accepted waits; that is no reason to accept nothing.",
      }),
    }),
    "Ready; 503 with the reason where not.",
  ),
});

export function healthRoutes(app: App, { engine }: AppParts): void {
  app.openapi(live, (c) => c.json({ status: "live" as const }, 200));
  app.openapi(ready, async (c) => {
    const { store, queue } = await engine.ready();
    const refusals = [store.refusesWrites, queue.refusesWrites].filter((reason) => reason !== undefined);
    if (refusals.length > 0) throw new CrmError("unavailable", refusals.join(" "));
    const workers = (await engine.health.workers()).filter(({ role }) => role === "worker");
    const [last] = workers;
    return c.json(
      {
        status: "ready" as const,
        store: { ...store, warnings: [...store.warnings] },
        queue: { ...queue, warnings: [...queue.warnings] },
        workers: {
          alive: workers.filter(({ state }) => state === "alive").length,
          ...(last ? { lastSeenAt: last.seenAt } : {}),
        },
      },
      200,
    );
  });
}
