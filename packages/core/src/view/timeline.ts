import { z } from "zod";
import { CHANNELS } from "../model/channel.js";
import { EVIDENCE_KINDS } from "../model/contact/suppression.js";
import { RECEIPT_STATUSES, statusesWith } from "../model/receipt.js";
import { instantViewSchema } from "./instant.js";
import { orderViewSchema } from "./order.js";
import { type View, viewSchema } from "./view.js";

export const TIMELINE_KINDS = ["order", "message", "consent", "evidence"] as const;
export type TimelineKind = (typeof TIMELINE_KINDS)[number];

/** What may happen to a message: what was seen of it, or how it ended without that. */
export const MESSAGE_TURNS = [...RECEIPT_STATUSES, "skipped", "unknown"] as const;

const at = instantViewSchema;
const channel = z.enum(CHANNELS);

const schema = z
  .discriminatedUnion("kind", [
    z.object({ at, kind: z.literal("order"), order: orderViewSchema }),
    z.object({
      at,
      kind: z.literal("message"),
      event: z.enum(MESSAGE_TURNS).meta({ description: "`skipped`, `unknown`: the row ended so, and nothing was seen." }),
      logId: z.string().meta({ description: "Of the row in the campaign's log." }),
      campaignId: z.string(),
      channel,
      reason: z.string().optional(),
    }),
    z.object({
      at,
      kind: z.literal("consent"),
      channel,
      state: z.enum(["subscribed", "withdrawn"]),
      by: z.enum(["record", ...statusesWith("withdrawsConsent")]),
    }),
    z
      .object({ at, kind: z.literal("evidence"), channel, evidence: z.enum(EVIDENCE_KINDS), reason: z.string().optional() })
      .meta({ description: "What is known of the customer's present mailbox." }),
  ])
  .meta({ id: "TimelineItem" });

/** One thing that happened to, or was done by, a customer. */
export type TimelineItem = View<z.output<typeof schema>>;
export const timelineItemViewSchema: z.ZodType<TimelineItem> = viewSchema(schema);
