import type { Figure, Figures, StaleMark } from "@crm-engine/core/ports";
import { parseJson } from "./schema/columns.js";
import type { OperationsOf } from "./schema/operations.js";
import type { Scope } from "./schema/scope.js";

export const figures = {
  reads: { marks, get, list, versions },
  writes: { mark, settle, keep, touch },
} satisfies OperationsOf<Figures>;

/** A mark is left in the transaction that writes the orders, so that one will do. */
export function mark({ db, tables, now }: Scope, hours: readonly number[]): void {
  if (hours.length === 0) return;
  db.run(`INSERT INTO ${tables.stale_marks} (left_at, hours) VALUES (?, ?)`, now(), JSON.stringify(hours));
}

function marks({ db, tables }: Scope, limit: number): readonly StaleMark[] {
  const rows = db.all(`SELECT num, left_at, hours FROM ${tables.stale_marks} ORDER BY num LIMIT ?`, limit);
  return rows.map(({ num, left_at, hours }) => ({
    id: String(num),
    at: Number(left_at),
    hours: parseJson<StaleMark["hours"]>(hours),
  }));
}

function settle({ db, tables }: Scope, ids: readonly string[]): void {
  const nums = JSON.stringify(ids.map(Number));
  db.run(`DELETE FROM ${tables.stale_marks} WHERE num IN (SELECT value FROM json_each(?))`, nums);
}

function keep({ db, tables }: Scope, kept: readonly Figure[], epoch: number): void {
  const write = db.prepare(
    `INSERT INTO ${tables.figures} (key, epoch, value) VALUES (?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET epoch = excluded.epoch, value = excluded.value WHERE epoch <= excluded.epoch`,
  );
  for (const { key, value } of kept) write.run(key, epoch, value);
}

function get({ db, tables }: Scope, keys: readonly string[]): readonly Figure[] {
  const sql = `SELECT key, value FROM ${tables.figures} WHERE key IN (SELECT value FROM json_each(?))`;
  return db.all(sql, JSON.stringify(keys)) as unknown as readonly Figure[];
}

function list({ db, tables }: Scope, { from, to }: { readonly from: string; readonly to: string }): readonly Figure[] {
  const sql = `SELECT key, value FROM ${tables.figures} WHERE key >= ? AND key < ? ORDER BY key`;
  return db.all(sql, from, to) as unknown as readonly Figure[];
}

export function touch({ db, tables }: Pick<Scope, "db" | "tables">, subjects: readonly string[]): void {
  const write = db.prepare(
    `INSERT INTO ${tables.figure_versions} (subject, version) VALUES (?, 1) ON CONFLICT (subject) DO UPDATE SET version = version + 1`,
  );
  for (const subject of subjects) write.run(subject);
}

function versions({ db, tables }: Scope, subjects: readonly string[]): ReadonlyMap<string, number> {
  const sql = `SELECT subject, version FROM ${tables.figure_versions} WHERE subject IN (SELECT value FROM json_each(?))`;
  const touched = new Map(db.all(sql, JSON.stringify(subjects)).map((row) => [String(row.subject), Number(row.version)]));
  return new Map(subjects.map((subject) => [subject, touched.get(subject) ?? 0]));
}
