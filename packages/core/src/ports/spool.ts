/**
 * Room outside memory for more than fits: lines that are grouped, as values by key, then read back, keys by first appearance, the values of
 * each in the order in which they were added; and values that are kept by key. Neither knows of the other.
 */
export interface Spool {
  add(key: string, value: string): Promise<void>;
  /** Many values of one key come in several groups, one after the other, each of a bounded size. */
  groups(): AsyncIterable<{ readonly key: string; readonly values: readonly string[] }>;
  /** Keeps each value under its key, in place of one before. */
  keep(entries: ReadonlyMap<string, string>): Promise<void>;
  /** What is kept under those of the keys that there are. */
  kept(keys: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Removes it. Idempotent. */
  close(): Promise<void>;
}

export type OpenSpool = () => Promise<Spool>;
