import type { Page, PageRequest } from "./page.js";

export interface VersionedRecord {
  readonly id: string;
  readonly version: number;
}

/**
 * Records that are stored whole, and changed by compare-and-set on their version: of any number of concurrent callers exactly one
 * gets `true`, and its write stands. Ids sort by age.
 */
export interface Versioned<T extends VersionedRecord> {
  /** Rejects as `conflict` where the id is taken. */
  insert(record: T): Promise<void>;
  get(id: string): Promise<T | undefined>;
  /** By id, in the direction that the noun promises. */
  list(page: PageRequest): Promise<Page<T>>;
  /** False where no record with this id has the expected version. */
  replace(record: T, expectedVersion: number): Promise<boolean>;
  /** False where no record with this id has the expected version. */
  delete(id: string, expectedVersion: number): Promise<boolean>;
}
