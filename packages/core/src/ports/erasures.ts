import type { Stamp } from "../model/customer.js";
import type { ErasureRequest, StoredErasure } from "../model/erasure.js";

/** What erasures leave for good, one for each customer's id; and how far those that are under way have come. */
export interface Erasures {
  /** Folds with `foldErasure`, atomically. */
  begin(request: ErasureRequest): Promise<void>;
  get(customerId: string): Promise<StoredErasure | undefined>;
  /** Up to `limit` that are not complete, the earliest first by stamp. */
  running(limit: number): Promise<readonly StoredErasure[]>;
  /** Of each of these addresses that was ever erased: the stamps of its erasures, in no particular order. */
  findAddresses(hashes: readonly string[]): Promise<ReadonlyMap<string, readonly Stamp[]>>;
  /** Notes how far each has come (`marks`, `completedAt`), where no later erasure of its customer has begun. */
  advance(erasures: readonly StoredErasure[]): Promise<void>;
  /** Takes what was deleted out of the store's own files, as far as those are in its hands; false while that can't be done: ask again. */
  purge(): Promise<boolean>;
}
