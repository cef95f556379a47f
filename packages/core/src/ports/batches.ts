import type { BatchKind, BatchRecord, Fates, Rejection, StoredBatch } from "../model/batch.js";
import type { Page, PageRequest } from "./page.js";

export interface Batches {
  /** Inserts; an existing record stays, so that a retaken upload goes on with it. */
  insert(batch: BatchRecord): Promise<void>;
  /** Sets what was received. The later call wins. */
  seal(id: string, sealed: { readonly received: number; readonly truncated: boolean }): Promise<void>;
  /** Upserts by (`batchId`, `part`); makes the record where `single`. */
  record(fates: readonly Fates[]): Promise<void>;
  get(id: string): Promise<StoredBatch | undefined>;
  /** Newest first (by creation, then id); with no more than 3 errors each. */
  list(filter: { readonly kind?: BatchKind }, page: PageRequest): Promise<Page<StoredBatch>>;
  /** By row. */
  rejections(id: string, page: PageRequest): Promise<Page<Rejection>>;
  /** Notes that an upload is alive, and the rows queued so far. */
  touch(id: string, queued: number): Promise<void>;
  /** Seals, as truncated, uploads that nobody has touched for `idleMs` on the store's clock, with the rows they had queued. Returns how many. */
  sealAbandoned(idleMs: number): Promise<number>;
}
