import type { AttributeTypes } from "@crm-engine/core";
import { ruleJsonSchemas } from "@crm-engine/core/schemas";
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "./app-env.js";
import { problemSchema } from "./problem.js";

export type App = OpenAPIHono<AppEnv>;

/** Every route may answer with a problem. */
const problem = { description: "A problem (RFC 9457).", content: { "application/problem+json": { schema: problemSchema } } };

/** The answers of a route: one that is JSON, and problems. */
export function answers<S extends number, T extends z.ZodType>(status: S, schema: T, description: string) {
  const ok = { description, content: { "application/json": { schema } } };
  return { [status]: ok, default: problem } as { readonly [K in S]: typeof ok } & { readonly default: typeof problem };
}

/** The answers of a route that hands out something with a version. */
export function versionedAnswers<S extends number, T extends z.ZodType>(status: S, schema: T, description: string) {
  const ok = { ...answers(status, schema, description)[status], headers: { ETag: etag } };
  return { [status]: ok, default: problem } as { readonly [K in S]: typeof ok } & { readonly default: typeof problem };
}

const etag = { schema: { type: "string" as const }, description: "Its version, for If-Match." };

export const noContent = { 204: { description: "Done." }, default: problem } as const;

export function streams(mediaType: "text/csv" | "text/event-stream", description: string) {
  return { 200: { description, content: { [mediaType]: { schema: z.string() } } }, default: problem };
}

export function eventStreams(description: string) {
  return { ...streams("text/event-stream", description), 204: { description: "The last event was done: nothing will come." } };
}

export function jsonBody<T extends z.ZodType>(schema: T) {
  return { required: true, content: { "application/json": { schema } } };
}

/** A body that may be absent. */
export function optionalBody<T extends z.ZodType>(schema: T) {
  return { required: false, content: { "application/json": { schema } } };
}

export const idParam = z.object({
  id: z
    .string()
    .min(1)
    .max(400)
    .openapi({ param: { name: "id", in: "path" } }),
});

export const idempotencyHeader = {
  in: "header" as const,
  name: "Idempotency-Key",
  required: false,
  schema: { type: "string" as const, maxLength: 255 },
  description: "Done once: the same key and body get the same answer for 24 hours.",
};

export const lastEventIdHeader = {
  in: "header" as const,
  name: "Last-Event-ID",
  required: false,
  schema: { type: "string" as const },
  description: "The id of the state that was seen last: what is sent first is what came after it.",
};

/** Puts the description of the API at /openapi.json, made of the schemas that validate. */
export function describeApi(app: App, keyed: boolean, attributes: AttributeTypes | undefined): void {
  app.openAPIRegistry.registerComponent("securitySchemes", "key", { type: "http", scheme: "bearer" });
  const { components, ...document } = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "CRM engine",
      version: "1",
      description: "Customers, orders, segments, campaigns, and a ledger that accounts for every recipient.",
    },
    ...(keyed ? { security: [{ key: [] }] } : {}),
  });
  const described = {
    ...document,
    components: { ...components, schemas: { ...components?.schemas, ...ruleJsonSchemas(attributes) } },
  };
  app.get("/openapi.json", (c) => c.json(described));
}
