import type { Segment } from "../model/segment.js";
import type { Page, PageRequest } from "./page.js";

export interface Segments {
  insert(segment: Segment): Promise<void>;
  get(id: string): Promise<Segment | undefined>;
  /** By id, which is by age. */
  list(page: PageRequest): Promise<Page<Segment>>;
  /** Compare-and-set on the version: true for exactly one of any number of concurrent callers. */
  replace(segment: Segment, expectedVersion: number): Promise<boolean>;
  /** False where there was none. */
  delete(id: string): Promise<boolean>;
}
