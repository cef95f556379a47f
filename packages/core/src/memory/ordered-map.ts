/** A map that is read in the order of its keys (by code unit), from any of them on. */
export class OrderedMap<V> {
  readonly #values = new Map<string, V>();
  #keys: string[] = [];
  #sorted = true;

  get(key: string): V | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: V): void {
    if (!this.#values.has(key)) {
      const last = this.#keys.at(-1);
      this.#sorted &&= last === undefined || last < key;
      this.#keys.push(key);
    }
    this.#values.set(key, value);
  }

  delete(key: string): boolean {
    if (!this.#values.delete(key)) return false;
    this.#keys = this.#keys.filter((other) => other !== key);
    return true;
  }

  /** Keys above `after`, or all. Rows may be set meanwhile; whether new ones are seen is open. */
  *keysAfter(after: string | undefined): Generator<string> {
    if (!this.#sorted) {
      this.#keys.sort();
      this.#sorted = true;
    }
    const keys = this.#keys;
    for (let index = after === undefined ? 0 : firstAbove(keys, after); index < keys.length; index++) {
      const key = keys[index];
      if (key !== undefined) yield key;
    }
  }

  values(): IterableIterator<V> {
    return this.#values.values();
  }
}

function firstAbove(keys: readonly string[], after: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? "") <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}
