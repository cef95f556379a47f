import type { Scratch } from "../../ports/spool.js";

/** Records of one kind that a dry run has changed, by key, in its scratch place; all others are as the store has them. */
export interface KeptValues<T> {
  /** Those of the keys that have one here. */
  changed(keys: readonly string[]): Promise<Map<string, T>>;
  set(values: ReadonlyMap<string, T>): Promise<void>;
}

export function keptValues<T>(scratch: Scratch, kind: string): KeptValues<T> {
  return {
    changed: async (keys) => {
      const found = await scratch.getMany(keys.map((key) => `${kind}:${key}`));
      return new Map([...found].map(([key, value]) => [key.slice(kind.length + 1), JSON.parse(value) as T]));
    },
    set: async (values) => {
      if (values.size > 0)
        await scratch.setMany(new Map([...values].map(([key, value]) => [`${kind}:${key}`, JSON.stringify(value)])));
    },
  };
}
