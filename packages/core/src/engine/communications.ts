import type { Issue } from "../errors.js";
import type { Bounce } from "../model/contact/bounce.js";
import type { ReceiptStatus } from "../model/receipt.js";

/** What a vendor reports of one message. */
export interface ReceiptInput {
  /** The key that the vendor was given. */
  readonly messageId: string;
  readonly status: ReceiptStatus;
  /** ISO 8601; when the receipt came in, if absent. */
  readonly occurredAt?: string | undefined;
  readonly eventId?: string | undefined;
  readonly reason?: string | undefined;
  /** Of a bounce: whether there is no such mailbox, or it can't be reached now; if absent, as the reason's status code says. */
  readonly bounce?: Bounce | undefined;
}

/** What vendors tell. */
export interface ReceiptsApi {
  /** Queues those that are right, durably, and names those that are wrong, the first thousand, each with its first fault. */
  accept(receipts: readonly ReceiptInput[]): Promise<AcceptedReceipts>;
}

export interface AcceptedReceipts {
  readonly received: number;
  readonly rejected: readonly RejectedReceipt[];
}

/** A receipt that was not taken: its place in the call, counted from 0, and what is wrong where in it. */
export interface RejectedReceipt extends Issue {
  readonly index: number;
}
