import type { StoredBatch } from "@crm-engine/core";
import { formatInstant } from "@crm-engine/core/schemas";
import { z } from "@hono/zod-openapi";
import { instantSchema } from "./instant.js";

export const batchKindSchema = z.enum(["customers", "orders"]);

export const batchOutSchema = z
  .object({
    id: z.string(),
    kind: batchKindSchema,
    status: z.enum(["processing", "completed"]),
    createdAt: instantSchema,
    received: z.int(),
    accepted: z.int(),
    rejected: z.int(),
    truncated: z.boolean().optional().openapi({ description: "The upload broke off: what was queued by then is all there is." }),
    errors: z
      .array(z.object({ row: z.int(), path: z.string(), message: z.string() }))
      .openapi({ description: "The first 100; a list holds 3. errors.csv has them all, up to 10,000." }),
  })
  .openapi("Batch");

export const acceptedSchema = z.object({ batchId: z.string(), received: z.int(), statusUrl: z.string() }).openapi("Accepted");

export function presentBatch(batch: StoredBatch): z.infer<typeof batchOutSchema> {
  const { id, kind, status, received, accepted, rejected, truncated, errors } = batch;
  return {
    id,
    kind,
    status,
    createdAt: formatInstant(batch.createdAt),
    received,
    accepted,
    rejected,
    ...(truncated ? { truncated } : {}),
    errors: errors.map(({ row, path, message }) => ({ row, path, message })),
  };
}
