import type { Issue } from "../errors.js";
import type { BatchKind, Rejection, StoredBatch } from "../model/batch.js";
import type { OrderLineMap } from "../model/order-line-map.js";
import type { Page, PageRequest } from "../ports/page.js";

/** One row of an upload, or why it could not even be read. */
export type RowInput = { readonly row: number; readonly data: unknown } | { readonly row: number; readonly issue: Issue };
export interface Accepted {
  readonly batchId: string;
  readonly received: number;
}

export interface IngestOptions {
  /** A derived id makes an upload that is sent again the same batch. */
  readonly batchId?: string;
  /** Rows are order lines: the map says which columns make an order. */
  readonly lines?: OrderLineMap;
  readonly signal?: AbortSignal;
}

/** Settles when every row is durably queued. A broken stream rejects with `details: { batchId, rowsRead }`; what was queued is applied. */
export interface Ingest {
  /** One object is parsed at once (`invalid`); anything else wrong with it comes out as its fate. */
  one(kind: BatchKind, data: unknown, options?: IngestOptions): Promise<Accepted>;
  rows(kind: BatchKind, rows: AsyncIterable<RowInput> | Iterable<RowInput>, options?: IngestOptions): Promise<Accepted>;
  customers(rows: readonly unknown[]): Promise<Accepted>;
  orders(rows: readonly unknown[]): Promise<Accepted>;
}

/** What became of uploads. */
export interface BatchesApi {
  /** `not_found`, but a single object's id answers `processing` until a worker has made its record. */
  get(id: string): Promise<StoredBatch>;
  list(filter: { readonly kind?: BatchKind }, page: PageRequest): Promise<Page<StoredBatch>>;
  rejections(id: string, page: PageRequest): Promise<Page<Rejection>>;
  /** Resolves when the batch is completed; something must be working on it. */
  completed(
    id: string,
    options?: { readonly signal?: AbortSignal; readonly onProgress?: (status: StoredBatch) => void },
  ): Promise<StoredBatch>;
}
