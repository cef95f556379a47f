import { CrmError, type Engine } from "@crm-engine/core";
import { receiptSchema } from "@crm-engine/core/schemas";
import { z } from "@hono/zod-openapi";
import type { AppParts } from "../app-env.js";
import { idempotent } from "../middleware/idempotency.js";
import { requireSignature } from "../middleware/require-signature.js";
import { type App, answers, idempotencyHeader, jsonBody } from "../openapi.js";
import { malformed } from "../rows/limits.js";

export const RECEIPTS_PATH = "/api/receipts";
const SIGNATURE_HEADERS = ["webhook-id", "webhook-timestamp", "webhook-signature"];

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
      request: { body: jsonBody(z.union([receipt, z.strictObject({ receipts: z.array(receipt) })])) },
      responses: answers(202, z.object({ received: z.int() }), "Durably queued, all of it."),
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

async function accept({ receipts }: Engine["untrusted"], body: unknown): Promise<{ readonly received: number }> {
  const many: unknown = typeof body === "object" && body !== null && "receipts" in body ? body.receipts : undefined;
  if (Array.isArray(many)) return receipts.accept(many);
  return receipts.accept([body]).catch((error: unknown) => {
    throw error instanceof CrmError ? ofSingle(error) : error;
  });
}

/** Paths as they are in a body that is one receipt. */
function ofSingle(error: CrmError): CrmError {
  const issues = error.details.issues?.map((issue) => ({ ...issue, path: issue.path.replace(/^receipts\.0\.?/, "") }));
  const message = error.message.replace(/^receipts\.0(\.|: )/, "");
  return new CrmError(error.code, message, { cause: error, details: { ...error.details, ...(issues ? { issues } : {}) } });
}
