import type { BatchKind, BatchRecord, Fates, Identities, PartRef, PartState, Rejection, StoredBatch } from "../model/batch.js";
import type { Instant } from "../model/instant.js";
import type { Page, PageRequest } from "./page.js";

/** How many of its errors, the first by row, a batch shows. */
export const MAX_BATCH_ERRORS = 100;
/** How many of them it shows in a list of batches. */
export const MAX_LISTED_ERRORS = 3;
/** How many of a batch's rejections are kept: a file that is wrong all through says nothing new after so many. */
export const MAX_REJECTIONS = 200_000;

export interface Batches {
  /** Inserts; an existing record stays, so that a retaken upload goes on with it. */
  insert(batch: BatchRecord): Promise<void>;
  /** Sets what was received. The later call wins. */
  seal(id: string, sealed: { readonly received: number; readonly truncated: boolean }): Promise<void>;
  /** What stands of each part, in their order; of one that is unknown, no identities and no fates. */
  findParts(parts: readonly PartRef[]): Promise<readonly PartState[]>;
  /**
   * Inserts each part's identities, in their order, where it has neither identities nor fates; answers what stands then. So several
   * callers at once get the same identities, or learn that the part is done with.
   */
  identify(parts: readonly Identities[]): Promise<readonly PartState[]>;
  /**
   * Writes the fates of parts that have none; another recording changes nothing. The parts' identities go. Makes the record where
   * `single`. Once a batch has `maxRejections` (`MAX_REJECTIONS`), of the next ones only the number is kept; several callers at once
   * may keep a few more.
   */
  record(fates: readonly Fates[], maxRejections?: number): Promise<void>;
  /** With at most `MAX_BATCH_ERRORS` errors. */
  get(id: string): Promise<StoredBatch | undefined>;
  /** Newest first (by creation, then id); with at most `MAX_LISTED_ERRORS` errors each. */
  list(filter: { readonly kind?: BatchKind }, page: PageRequest): Promise<Page<StoredBatch>>;
  /** Those that are kept, by row. */
  rejections(id: string, page: PageRequest): Promise<Page<Rejection>>;
  /** Notes that an upload is alive, and the rows queued so far. */
  touch(id: string, queued: number): Promise<void>;
  /** When the first of those uploads began that are not sealed yet; undefined where all are. */
  readingSince(): Promise<Instant | undefined>;
  /** Seals, as truncated, uploads that nobody has touched for `idleMs` on the store's clock, with the rows they had queued. Returns how many. */
  sealAbandoned(idleMs: number): Promise<number>;
}
