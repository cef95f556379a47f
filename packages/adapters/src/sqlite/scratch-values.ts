import type { Operations } from "./schema/operations.js";
import type { Scope } from "./schema/scope.js";

function openTable({ db }: Scope): void {
  db.exec('CREATE TABLE "values" (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID');
}

function getMany({ db }: Scope, keys: readonly string[]): ReadonlyMap<string, string> {
  const find = db.prepare('SELECT value FROM "values" WHERE key = ?');
  const found = new Map<string, string>();
  for (const key of keys) {
    const row = find.get(key) as { readonly value: string } | undefined;
    if (row) found.set(key, row.value);
  }
  return found;
}

function setMany({ db }: Scope, values: ReadonlyMap<string, string>): void {
  const set = db.prepare(
    'INSERT INTO "values" (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  db.exec("BEGIN");
  for (const [key, value] of values) set.run(key, value);
  db.exec("COMMIT");
}

export const scratch = { reads: { openTable, getMany, setMany } } satisfies Operations;
