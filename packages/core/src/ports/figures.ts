import type { Instant } from "../model/instant.js";

/** The length of what a mark calls stale: an hour, counted from 1970-01-01T00:00Z. */
export const STALE_HOUR_MS = 3_600_000;

/**
 * Says that what was computed of some hours may not be so any more, and is never changed. Whoever writes orders leaves one before it writes,
 * for the hours in which they were and will be placed, and another, with those of their customers' later orders too, when it has; one is
 * enough where both become visible with the orders.
 */
export interface StaleMark {
  readonly id: string;
  /** When it was left, on the store's clock. */
  readonly at: Instant;
  readonly hours: readonly number[];
}

/** Something that was computed from rows. */
export interface Figure {
  readonly key: string;
  /** JSON. */
  readonly value: string;
}

/** What was computed from rows, kept so that it need not be computed for each who looks, and what of it is stale. */
export interface Figures {
  /** Leaves a mark, besides those that `orders.apply` and `customers.erase` leave. */
  mark(hours: readonly number[]): Promise<void>;
  /** Up to `limit`, oldest first. */
  marks(limit: number): Promise<readonly StaleMark[]>;
  /** Removes those whose hours were computed since they were read. */
  settle(ids: readonly string[]): Promise<void>;
  /**
   * Keeps each in place of what was under its key; nothing is kept in place of what was kept with a higher epoch, of the lease under which
   * it was computed.
   */
  keep(figures: readonly Figure[], epoch: number): Promise<void>;
  /** Those of the keys that are kept, in no particular order. */
  get(keys: readonly string[]): Promise<readonly Figure[]>;
  /**
   * Raises the version of each subject, by which figures know what they were computed of. Whatever settles or reopens rows of a campaign by
   * itself does it for the campaign's id when it has, even where it found everything done: `communications.record`, `skipRows`, `reopen` and
   * `customers.erase`.
   */
  touch(subjects: readonly string[]): Promise<void>;
  /** Of each of the subjects; 0 of one that was never touched. */
  versions(subjects: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Those from one key on, up to another, which is not among them, by key. */
  list(range: { readonly from: string; readonly to: string }): Promise<readonly Figure[]>;
}

/** The hours that these instants are in, each once, lowest first. */
export function hoursOf(instants: Iterable<Instant>): readonly number[] {
  return [...new Set([...instants].map((instant) => Math.floor(instant / STALE_HOUR_MS)))].sort((a, b) => a - b);
}
