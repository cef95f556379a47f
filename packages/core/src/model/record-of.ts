type KeyOf<T> = T extends object ? Extract<keyof T, string> : never;

/** The keys of a table, in its order; of a union of tables, the keys of any. */
export function keysOf<T extends object>(table: T): readonly KeyOf<T>[] {
  return Object.keys(table) as KeyOf<T>[];
}

/** A record of some entries: every key of `K` must be among them. */
export function recordFrom<K extends string, V>(entries: readonly (readonly [K, V])[]): Record<K, V> {
  return Object.fromEntries(entries) as Record<K, V>;
}

/** A record that holds a value for each key. */
export function recordOf<K extends string, V>(keys: readonly K[], value: (key: K) => V): Record<K, V> {
  return recordFrom(keys.map((key) => [key, value(key)]));
}

/** The fields that have a value. */
export function withoutUndefined<T extends object>(record: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
