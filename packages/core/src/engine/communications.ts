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
}

/** What vendors tell. */
export interface ReceiptsApi {
  /** Parses one or many, queues them durably; `invalid` if any is wrong, and then none is queued. */
  accept(receipts: readonly ReceiptInput[]): Promise<{ readonly received: number }>;
}
