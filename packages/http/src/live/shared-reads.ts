/** Reads that are the same for all who ask: one at a time for each key, and its answer stands for a while from its beginning. */
export class SharedReads<T> {
  readonly #reads = new Map<string, Promise<T>>();

  /** The answer may be so old. Who asks while a read is under way shares it, however it ends; a failure is not kept. */
  read(key: string, maxAgeMs: number, load: () => Promise<T>): Promise<T> {
    const known = this.#reads.get(key);
    if (known) return known;
    const begunAt = performance.now();
    const reading = load();
    this.#reads.set(key, reading);
    const forget = (): void => void this.#reads.delete(key);
    reading.then(() => setTimeout(forget, Math.max(0, begunAt + maxAgeMs - performance.now())).unref(), forget);
    return reading;
  }
}
