import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Database, loadDriver, type Row, type SqlValue, type Statement } from "./driver.js";
import { FileError, isBusy } from "./errors.js";
import { exactStatement } from "./exact-statement.js";
import { makeFolder, mayBeFile } from "./file-path.js";

export type Synchronous = "full" | "normal" | "off";

/** An SQL function for statements that are run by `getNoting`; returns 1 for any value. */
export const NOTE = "crm_note";

const MAX_STATEMENTS = 300;
const OPEN_TIMEOUT_MS = 10_000;

/** One SQLite connection with its prepared statements. */
export class Connection {
  readonly version: string;
  readonly #database: Database;
  readonly #statements = new Map<string, Statement>();
  #note: ((value: SqlValue) => void) | undefined;
  #limit: { readonly ms: number; readonly ends: number } | undefined;

  constructor(database: Database, version: string) {
    this.#database = database;
    this.version = version;
  }

  exec(sql: string): void {
    this.#database.exec(sql);
  }

  /** Rows changed. */
  run(sql: string, ...values: readonly SqlValue[]): number {
    return Number(this.prepare(sql).run(...values).changes);
  }

  get(sql: string, ...values: readonly SqlValue[]): Row | undefined {
    return this.prepare(sql).get(...values) as Row | undefined;
  }

  all(sql: string, ...values: readonly SqlValue[]): readonly Row[] {
    return this.prepare(sql).all(...values) as readonly Row[];
  }

  /** Calls `note` with each value that the statement passes to `NOTE`, in the order of evaluation. */
  getNoting(note: (value: SqlValue) => void, sql: string, ...values: readonly SqlValue[]): Row | undefined {
    if (!this.#note) {
      this.#database.function(NOTE, (value) => {
        this.#note?.(value);
        return 1;
      });
    }
    this.#note = note;
    return this.get(sql, ...values);
  }

  /** Defines a function that SQL can call; if it throws, the statement fails with its error. */
  define(name: string, run: () => SqlValue): void {
    this.#database.function(name, run);
  }

  /** From now on `checkTime` throws when so much time has passed; absent: never. */
  limitTime(ms?: number): void {
    this.#limit = ms === undefined ? undefined : { ms, ends: performance.now() + ms };
  }

  checkTime(): void {
    if (this.#limit && performance.now() > this.#limit.ends)
      throw new FileError(`A statement did not end within ${this.#limit.ms} ms.`);
  }

  prepare(sql: string): Statement {
    const known = this.#statements.get(sql);
    if (known) return known;
    if (this.#statements.size >= MAX_STATEMENTS) this.#statements.clear();
    const statement = exactStatement(this.#database, sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }
}

/**
 * Opens a file for use by several processes, and creates it and its folder if they are missing. Switching to the write-ahead log
 * takes an exclusive lock for a moment, so processes that start together take turns.
 */
export async function openConnection(file: string, synchronous: Synchronous): Promise<Connection> {
  const driver = await loadDriver();
  const deadline = Date.now() + OPEN_TIMEOUT_MS;
  for (;;) {
    let database: Database | undefined;
    try {
      await makeFolder(dirname(file));
      if (!(await mayBeFile(file))) throw new Error("it is no file");
      database = driver.open(file);
      database.exec("PRAGMA busy_timeout = 50");
      database.exec("PRAGMA journal_mode = WAL");
      database.exec(`PRAGMA synchronous = ${synchronous}`);
      database.exec("PRAGMA foreign_keys = OFF; PRAGMA cache_size = -8000; PRAGMA wal_autocheckpoint = 4000");
      database.exec("PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON");
      return new Connection(database, driver.version);
    } catch (error) {
      database?.close();
      if (!isBusy(error) || Date.now() > deadline) {
        const why = error instanceof Error ? error.message : String(error);
        throw new FileError(`The SQLite file ${file} can't be opened: ${why}`, { cause: error });
      }
    }
    await sleep(5 + Math.random() * 20);
  }
}

/** A private database in SQLite's temporary folder: it has no name there, so nothing is left of it however the process ends. */
export async function openTemporary(): Promise<Connection> {
  const driver = await loadDriver();
  const database = driver.open("");
  database.exec(
    "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -4000; PRAGMA locking_mode = EXCLUSIVE",
  );
  return new Connection(database, driver.version);
}
