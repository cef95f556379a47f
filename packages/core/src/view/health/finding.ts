import { z } from "zod";
import { TOPICS } from "../../ports/queue.js";
import { instantViewSchema } from "../instant.js";
import { type View, viewSchema } from "../view.js";

export const FINDING_CODES = [
  "store_away",
  "store_refuses_writes",
  "queue_away",
  "queue_refuses_writes",
  "no_worker",
  "worker_silent",
  "worker_trouble",
  "vendor_failing",
  "vendor_throttles",
  "queue_lag",
  "dead_letters",
  "campaign_paused",
  "campaign_failed",
] as const;

const schema = z
  .object({
    code: z.enum(FINDING_CODES),
    needsHand: z.boolean().meta({ description: "It does not go away by itself." }),
    text: z.string().meta({ description: "What is wrong, and what to do about it." }),
    command: z.string().optional().meta({ description: "For whoever is at the engine's shell: what helps, or shows more." }),
    since: instantViewSchema.optional(),
    campaignId: z.string().optional(),
    topic: z.enum(TOPICS).optional(),
    workerId: z.string().optional(),
  })
  .meta({ id: "Finding" });

/** Something that is wrong, or will be. */
export interface Finding extends View<z.output<typeof schema>> {}
export const findingViewSchema: z.ZodType<Finding> = viewSchema(schema);
