import { findingViewSchema, vendorViewSchema, workerProcessViewSchema } from "@crm-engine/core/schemas";
import { createRoute, z } from "@hono/zod-openapi";
import type { AppParts } from "../app-env.js";
import { type App, answers } from "../openapi.js";

const tags = ["health"];

const workers = createRoute({
  method: "get",
  path: "/api/workers",
  tags,
  summary: "Processes, and what each does",
  description: "API servers and workers that were heard of within a day, the one last heard of first.",
  responses: answers(200, z.object({ items: z.array(workerProcessViewSchema) }), "One entry a run of a process."),
});
const vendor = createRoute({
  method: "get",
  path: "/api/vendor",
  tags,
  summary: "How the vendor does: its breaker, its last error, its rate",
  responses: answers(200, vendorViewSchema, "As the workers that are alive see it."),
});
const findings = createRoute({
  method: "get",
  path: "/api/findings",
  tags,
  summary: "What is wrong, or will be",
  description: "The same as `crm doctor` says: each with what to do about it, and whether it goes away by itself.",
  responses: answers(200, z.object({ items: z.array(findingViewSchema) }), "Nothing where all is well."),
});

export function workerRoutes(app: App, { engine: { health } }: AppParts): void {
  app.openapi(workers, async (c) => c.json({ items: [...(await health.workers())] }, 200));
  app.openapi(vendor, async (c) => c.json(await health.vendor(), 200));
  app.openapi(findings, async (c) => c.json({ items: [...(await health.findings())] }, 200));
}
