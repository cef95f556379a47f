import type { Row } from "./database/driver.js";
import type { Operations } from "./schema/operations.js";
import type { Scope } from "./schema/scope.js";

/** A group's number is its rank by first appearance. */
function openTables({ db }: Scope): void {
  db.exec("CREATE TABLE groups (num INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE)");
  db.exec(
    "CREATE TABLE entries (num INTEGER NOT NULL, seq INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY (num, seq)) WITHOUT ROWID",
  );
}

export interface SpoolEntry {
  readonly seq: number;
  readonly key: string;
  readonly value: string;
}

function addEntries({ db }: Scope, entries: readonly SpoolEntry[]): void {
  const find = db.prepare("SELECT num FROM groups WHERE key = ?");
  const make = db.prepare("INSERT INTO groups (key) VALUES (?) RETURNING num");
  const insert = db.prepare("INSERT INTO entries (num, seq, value) VALUES (?, ?, ?)");
  db.exec("BEGIN");
  for (const { seq, key, value } of entries) {
    const row = (find.get(key) ?? make.get(key)) as Row;
    insert.run(row.num ?? null, seq, value);
  }
  db.exec("COMMIT");
}

interface SpoolGroup {
  readonly num: number;
  readonly key: string;
  readonly values: readonly string[];
}

/** Whole groups after `after`: at least one, if any is left, and no more than `maxValues` values unless one group alone has more. */
function readGroups({ db }: Scope, after: number, maxValues: number): readonly SpoolGroup[] {
  const sql = "SELECT e.num, g.key, e.value FROM entries e JOIN groups g ON g.num = e.num";
  const rows = db.all(`${sql} WHERE e.num > ? ORDER BY e.num, e.seq LIMIT ?`, after, maxValues + 1);
  const cut = rows.length > maxValues ? rows.at(-1)?.num : undefined;
  const whole = rows.filter((row) => row.num !== cut);
  if (whole.length > 0 || cut === undefined) return groupsOf(whole);
  return groupsOf(db.all(`${sql} WHERE e.num = ? ORDER BY e.seq`, cut));
}

function groupsOf(rows: readonly Row[]): readonly SpoolGroup[] {
  const groups: { num: number; key: string; values: string[] }[] = [];
  for (const { num, key, value } of rows) {
    const last = groups.at(-1);
    if (last && last.num === num) last.values.push(String(value));
    else groups.push({ num: Number(num), key: String(key), values: [String(value)] });
  }
  return groups;
}

export const spool = { reads: { openTables, addEntries, readGroups } } satisfies Operations;
