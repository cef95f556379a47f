import { FileError } from "./errors.js";

export type SqlValue = string | number | null;
export type Row = Readonly<Record<string, SqlValue>>;

export interface Statement {
  run(...values: readonly SqlValue[]): { readonly changes: number | bigint; readonly lastInsertRowid: number | bigint };
  get(...values: readonly SqlValue[]): unknown;
  all(...values: readonly SqlValue[]): readonly unknown[];
}

/** The part of the driver's API that is used here. */
export interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  function(name: string, run: (value: SqlValue) => SqlValue): void;
  close(): void;
}

export interface Driver {
  readonly name: string;
  readonly version: string;
  open(file: string): Database;
}

interface DriverModule {
  readonly DatabaseSync: new (file: string) => Database;
}

/** Older versions can lose a write when two processes reset the write-ahead log at once. */
const MIN_VERSION = "3.51.3";

/** The SQLite that Node brings along, if it is new enough, else the packaged one, which has the same API. */
export async function loadDriver(): Promise<Driver> {
  const builtin = process.getBuiltinModule("node:sqlite") as DriverModule | undefined;
  const own = builtin && driverOf("node:sqlite", builtin);
  if (own && isSafeVersion(own.version)) return own;
  const packaged = driverOf("@photostructure/sqlite", (await import("@photostructure/sqlite")) as unknown as DriverModule);
  if (isSafeVersion(packaged.version)) return packaged;
  throw new FileError(`${packaged.name} is SQLite ${packaged.version}; at least ${MIN_VERSION} is needed.`);
}

export function isSafeVersion(version: string): boolean {
  const found = version.split(".").map(Number);
  for (const [index, least] of MIN_VERSION.split(".").map(Number).entries()) {
    const part = found[index] ?? 0;
    if (part !== least) return part > least;
  }
  return true;
}

function driverOf(name: string, { DatabaseSync }: DriverModule): Driver {
  const memory = new DatabaseSync(":memory:");
  const { version } = memory.prepare("SELECT sqlite_version() AS version").get() as { readonly version: string };
  memory.close();
  return { name, version, open: (file) => new DatabaseSync(file) };
}
