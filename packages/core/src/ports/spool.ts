/**
 * Room outside memory for grouping more lines than fit: values by key, then read back, keys by first appearance, the values of each
 * in the order in which they were added. Many values of one key come in several groups, one after the other, each of a bounded size.
 */
export interface Spool {
  add(key: string, value: string): Promise<void>;
  groups(): AsyncIterable<{ readonly key: string; readonly values: readonly string[] }>;
  /** Removes it. Idempotent. */
  close(): Promise<void>;
}

export type OpenSpool = () => Promise<Spool>;

/**
 * Room outside memory for values by key, for as long as one piece of work lasts: what was set last is what is read. Used by one caller at a
 * time; nothing of it outlives the process.
 */
export interface Scratch {
  /** Those of the keys that have a value. */
  getMany(keys: readonly string[]): Promise<ReadonlyMap<string, string>>;
  setMany(values: ReadonlyMap<string, string>): Promise<void>;
  /** Removes it. Idempotent. */
  close(): Promise<void>;
}

export type OpenScratch = () => Promise<Scratch>;
