import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sqliteStore } from "@crm-engine/adapters/sqlite";
import type { Bench } from "../benchmark.js";
import { byHandSql } from "./by-hand-sql.js";
import type { Ground } from "./ground.js";

interface Database {
  exec(sql: string): void;
  prepare(sql: string): { get(...values: readonly (string | number)[]): unknown };
  close(): void;
}

/** As the store has it, for the connections that count. */
const SETTINGS = "PRAGMA busy_timeout = 50; PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY";

export async function openSqlite({ folder }: Pick<Bench, "folder">, customers: number, name = "crm"): Promise<Ground> {
  const file = join(folder, `${name}-${customers}.db`);
  const whole = `${file}.whole`;
  const store = sqliteStore({ file });
  const { version } = await store.info();
  const database = await openDatabase(file, version);
  database.exec(SETTINGS);
  const queries = byHandSql();
  return {
    store,
    loaded: existsSync(whole),
    ready: async () => writeFileSync(whole, ""),
    byHand: (rule) => {
      const query = queries[rule];
      if (!query) throw new Error(`${rule} was not written by hand`);
      const statement = database.prepare(query.sql);
      return async () => Number((statement.get(...query.values) as { readonly n: number }).n);
    },
    close: async () => {
      database.close();
      await store.close();
    },
  };
}

/** By the driver whose SQLite is the store's. */
async function openDatabase(file: string, version: string): Promise<Database> {
  const packaged = await import("@photostructure/sqlite");
  const builtin = process.getBuiltinModule("node:sqlite") as unknown as typeof packaged | undefined;
  for (const { DatabaseSync } of [builtin, packaged].filter((driver) => driver !== undefined)) {
    const database = new DatabaseSync(file);
    const row = database.prepare("SELECT sqlite_version() AS version").get() as { readonly version: string };
    if (row.version === version) return database as unknown as Database;
    database.close();
  }
  throw new Error(`no driver here has SQLite ${version}, which the store runs on`);
}
