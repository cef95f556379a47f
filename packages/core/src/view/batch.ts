import { z } from "zod";
import { BATCH_KINDS, type StoredBatch } from "../model/batch.js";
import { formatInstant } from "../model/instant.js";
import { waitingViewSchema } from "./health/waiting.js";
import { instantViewSchema } from "./instant.js";
import { type View, viewSchema } from "./view.js";

const schema = z
  .object({
    id: z.string(),
    kind: z.enum(BATCH_KINDS),
    status: z.enum(["processing", "completed"]),
    createdAt: instantViewSchema,
    received: z.int(),
    accepted: z.int().meta({ description: "Rows that were applied: added, changed and unchanged ones." }),
    added: z.int(),
    changed: z.int(),
    unchanged: z.int(),
    rejected: z.int(),
    truncated: z.boolean().optional().meta({ description: "The upload broke off: what was queued by then is all there is." }),
    waitsFor: waitingViewSchema.optional(),
    errors: z.array(z.object({ row: z.int(), line: z.int().optional(), path: z.string(), message: z.string() })).meta({
      description:
        "The first 100; a list holds 3. errors.csv has them all, up to 200,000. A row's number leaves the header out; its line is where it begins in the file, the first line being 1.",
    }),
  })
  .meta({ id: "Batch" });

/** What became of an upload's rows. `completed`: each has its fate, and what it changed is visible. */
export interface Batch extends View<z.output<typeof schema>> {}
export const batchViewSchema: z.ZodType<Batch> = viewSchema(schema);

export function viewBatch(batch: StoredBatch): Batch {
  const { id, kind, status, createdAt, received, accepted, added, changed, unchanged, rejected, truncated, errors } = batch;
  return {
    id,
    kind,
    status,
    createdAt: formatInstant(createdAt),
    received,
    accepted,
    added,
    changed,
    unchanged,
    rejected,
    ...(truncated ? { truncated } : {}),
    errors: errors.map(({ row, line, path, message }) => ({ row, ...(line === undefined ? {} : { line }), path, message })),
  };
}

const dryRunSchema = z
  .object({
    received: z.int().meta({ description: "Rows that were read." }),
    added: z.int(),
    changed: z.int(),
    unchanged: z.int(),
    rejected: z.int(),
    suppressed: z.int().meta({
      description:
        "Customers of the accepted rows, each once, who have an address to which nothing would be sent: its mailbox unsubscribed, complained, bounced, or is suppressed by hand or erased.",
    }),
    truncated: z
      .boolean()
      .optional()
      .meta({ description: "The file broke off, or the store was away: rows after these were not looked at." }),
    errors: z
      .array(z.object({ row: z.int(), line: z.int().optional(), path: z.string(), message: z.string() }))
      .meta({ description: "The first 100 by row; of one that broke off, at the end, why." }),
  })
  .meta({ id: "DryRun" });

/** What an import would do to each row of a file, if it came now. Nothing is written. */
export interface DryRun extends View<z.output<typeof dryRunSchema>> {}
export const dryRunViewSchema: z.ZodType<DryRun> = viewSchema(dryRunSchema);
