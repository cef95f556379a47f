import { z } from "zod";
import { BOUNCES } from "../../model/contact/bounce.js";
import { type EdgeContext, instantText, text } from "../../model/edge.js";
import { RECEIPT_STATUSES } from "../../model/receipt.js";

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
      bounce: z.enum(BOUNCES).optional().meta({ description: "Of a bounce; if absent, as its reason's status code says." }),
    })
    .meta({ id: "ReceiptInput" });
}
