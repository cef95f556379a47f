type KeyOf<T> = T extends object ? Extract<keyof T, string> : never;

/** The names of a table's entries, in their order. */
export function keysOf<T extends object>(table: T): readonly KeyOf<T>[] {
  return Object.keys(table) as KeyOf<T>[];
}

/** A table of these names, each with what is made for it. */
export function tableOf<K extends string, V>(names: readonly K[], make: (name: K) => V): { readonly [N in K]: V } {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as { readonly [N in K]: V };
}
