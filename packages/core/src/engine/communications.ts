/** What vendors tell. */
export interface ReceiptsApi {
  /** Parses one or many, queues them durably; `invalid` if any is wrong, and then none is queued. */
  accept(receipts: readonly unknown[]): Promise<{ readonly received: number }>;
}
