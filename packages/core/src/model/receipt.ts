import { z } from "zod";
import { type EdgeContext, instantText, text } from "./edge.js";
import type { Instant } from "./instant.js";

/** What a vendor reports of a message. The first four are delivery, the others engagement. */
export const RECEIPT_STATUSES = [
  "sent",
  "delivered",
  "failed",
  "bounced",
  "opened",
  "clicked",
  "complained",
  "unsubscribed",
] as const;
export type ReceiptStatus = (typeof RECEIPT_STATUSES)[number];

export interface Receipt {
  /** The key the vendor was given: a log row's id, with `~2`, `~3` … for later generations. */
  readonly messageId: string;
  readonly status: ReceiptStatus;
  readonly occurredAt: Instant;
  readonly eventId?: string;
  readonly reason?: string;
}

/** The schema of one receipt. Without `occurredAt` it happened when it came in. */
export function receiptSchema(context: EdgeContext) {
  return z
    .strictObject({
      messageId: text(500)
        .min(3)
        .refine((value) => value.includes(":"), "must be a message id of this engine"),
      status: z.enum(RECEIPT_STATUSES),
      occurredAt: instantText(context).optional(),
      eventId: text(200).optional(),
      reason: text(1_000).optional(),
    })
    .meta({ id: "ReceiptInput" });
}
