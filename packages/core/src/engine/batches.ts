import type { BatchKind, Rejection } from "../model/batch.js";
import type { Page, PageRequest } from "../ports/page.js";
import type { Batch } from "../view/batch.js";
import type { CustomerInput } from "./customers.js";
import type { OrderInput } from "./orders.js";

export interface Accepted {
  readonly batchId: string;
  readonly received: number;
}

/**
 * Settles when every row is durably queued; a batch says what becomes of each. Where that breaks off it rejects with
 * `details: { batchId, rowsRead }`, and what was queued is applied.
 */
export interface Ingest {
  customers(rows: readonly CustomerInput[]): Promise<Accepted>;
  orders(rows: readonly OrderInput[]): Promise<Accepted>;
}

/** What became of uploads. */
export interface BatchesApi {
  /** `not_found`, but a single object's id answers `processing` until a worker has made its record. */
  get(id: string): Promise<Batch>;
  list(filter: { readonly kind?: BatchKind }, page: PageRequest): Promise<Page<Batch>>;
  rejections(id: string, page: PageRequest): Promise<Page<Rejection>>;
  /** Resolves when the batch is completed; something must be working on it. At the signal it rejects with the signal's reason. */
  completed(
    id: string,
    options?: { readonly signal?: AbortSignal; readonly onProgress?: (batch: Batch) => void },
  ): Promise<Batch>;
}
