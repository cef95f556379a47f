import { RECEIPT_STATUSES, type ReceiptStatus, statusesWith } from "../../model/receipt.js";

/** `messaged`: a vendor took the message; the others are statuses of receipts by name. */
export type MessageEvent = "messaged" | Exclude<ReceiptStatus, "sent">;
export const MESSAGE_EVENTS: readonly MessageEvent[] = ["messaged", ...RECEIPT_STATUSES.filter((status) => status !== "sent")];

const MESSAGED = statusesWith("messaged");

/** The statuses that are evidence of an event, which happened at the earliest of their times. */
export function evidenceOf(event: MessageEvent): readonly ReceiptStatus[] {
  return event === "messaged" ? MESSAGED : [event];
}
