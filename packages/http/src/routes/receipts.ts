import { CrmError, type Engine } from "@crm-engine/core";
import { receiptSchema } from "@crm-engine/core/schemas";
import { malformed } from "@crm-engine/files";
import { z } from "@hono/zod-openapi";
import type { AppParts } from "../app-env.js";
import { idempotent } from "../middleware/idempotency.js";
import { requireSignature } from "../middleware/require-signature.js";
import { type App, answers, idempotencyHeader, jsonBody } from "../openapi.js";

export const RECEIPTS_PATH = "/api/receipts";
const SIGNATURE_HEADERS = ["webhook-id", "webhook-timestamp", "webhook-signature"];

const acceptedSchema = z.object({
  received: z.int(),
  rejected: z
    .array(z.object({ index: z.int(), path: z.string(), message: z.string() }))
    .openapi({ description: "Of many, those that are wrong, by their places from 0; the first 1,000." }),
});

export function receiptRoutes(app: App, { engine, webhookSecret }: AppParts): void {
  const receipt = receiptSchema(engine.context);
  for (const method of ["post", "put"] as const) {
    app.openAPIRegistry.registerPath({
      method,
      path: RECEIPTS_PATH,
      tags: ["receipts"],
      summary: "What the vendor reports of messages",
      ...(webhookSecret === undefined ? {} : { security: [] }),
      parameters: [idempotencyHeader, ...(webhookSecret === undefined ? [] : SIGNATURE_HEADERS.map(signatureHeader))],
      request: { body: jsonBody(z.union([receipt, z.array(receipt), z.strictObject({ receipts: z.array(receipt) })])) },
      responses: answers(202, acceptedSchema, "What was received is durably queued."),
    });
  }
  if (webhookSecret !== undefined) app.on(["POST", "PUT"], RECEIPTS_PATH, requireSignature(webhookSecret));
  app.on(["POST", "PUT"], RECEIPTS_PATH, idempotent(engine), async (c) => {
    if ((await c.req.text()) === "") throw malformed("The body is empty.");
    return c.json(await accept(engine.untrusted, await c.req.json()), 202);
  });
}

function signatureHeader(name: string) {
  return { in: "header" as const, name, required: true, schema: { type: "string" as const } };
}

/** Of many, one that is wrong is refused by its place; one that comes alone is refused as any other body. */
async function accept({ receipts }: Engine["untrusted"], body: unknown): ReturnType<typeof receipts.accept> {
  const many = listed(body);
  const { received, rejected } = await receipts.accept(many ?? [body]);
  const fault = many === undefined ? rejected[0] : undefined;
  if (fault === undefined) return { received, rejected };
  const { path, message } = fault;
  throw new CrmError("invalid", path === "" ? message : `${path}: ${message}`, { details: { issues: [{ path, message }] } });
}

function listed(body: unknown): readonly unknown[] | undefined {
  if (Array.isArray(body)) return body;
  const receipts = typeof body === "object" && body !== null && "receipts" in body ? body.receipts : undefined;
  return Array.isArray(receipts) ? receipts : undefined;
}
