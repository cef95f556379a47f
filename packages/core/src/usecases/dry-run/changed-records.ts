import type { Spool } from "../../ports/spool.js";

/** Records of one kind that a dry run has changed, by their keys; they wait outside memory. */
export class ChangedRecords<T> {
  readonly #spool: Pick<Spool, "keep" | "kept">;
  readonly #kind: string;

  constructor(spool: Pick<Spool, "keep" | "kept">, kind: string) {
    this.#spool = spool;
    this.#kind = `${kind} `;
  }

  /** Those of the keys under which there is a changed record. */
  async read(keys: Iterable<string>): Promise<Map<string, T>> {
    const names = [...new Set(keys)].map((key) => this.#kind + key);
    if (names.length === 0) return new Map();
    const kept = await this.#spool.kept(names);
    return new Map([...kept].map(([name, json]) => [name.slice(this.#kind.length), JSON.parse(json) as T]));
  }

  /** Those changed here, and of the other keys what the store has. */
  async readThrough(
    keys: Iterable<string>,
    stored: (keys: readonly string[]) => Promise<Iterable<readonly [string, T]>>,
  ): Promise<Map<string, T>> {
    const wanted = [...new Set(keys)];
    const records = await this.read(wanted);
    const others = wanted.filter((key) => !records.has(key));
    if (others.length > 0) for (const [key, record] of await stored(others)) records.set(key, record);
    return records;
  }

  async write(records: ReadonlyMap<string, T>): Promise<void> {
    if (records.size === 0) return;
    await this.#spool.keep(new Map([...records].map(([key, record]) => [this.#kind + key, JSON.stringify(record)])));
  }
}
