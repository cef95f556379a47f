import type { Issue } from "../errors.js";

/** What vendors tell. */
export interface ReceiptsApi {
  /** Queues those that are right, durably, and names those that are wrong, the first thousand, each with its first fault. */
  accept(receipts: readonly unknown[]): Promise<{ readonly received: number; readonly rejected: readonly RejectedReceipt[] }>;
}

/** A receipt that was not taken: its place in the call, counted from 0, and what is wrong where in it. */
export interface RejectedReceipt extends Issue {
  readonly index: number;
}
