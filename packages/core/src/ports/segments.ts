import type { StoredSegment } from "../model/segment.js";
import type { Page, PageRequest } from "./page.js";

export interface Segments {
  insert(segment: StoredSegment): Promise<void>;
  get(id: string): Promise<StoredSegment | undefined>;
  /** By id, which is by age. */
  list(page: PageRequest): Promise<Page<StoredSegment>>;
  /** Compare-and-set on the version: true for exactly one of any number of concurrent callers. */
  replace(segment: StoredSegment, expectedVersion: number): Promise<boolean>;
  /** False where there was none. */
  delete(id: string): Promise<boolean>;
}
