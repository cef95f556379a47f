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

/** Where a page of groups ends. */
export interface SpoolPlace {
  readonly num: number;
  readonly seq: number;
}

interface SpoolGroup extends SpoolPlace {
  readonly key: string;
  readonly values: readonly string[];
}

/** The groups of at most `maxValues` values after that place; the last goes on in the next page, if it has more. */
function readGroups({ db }: Scope, after: SpoolPlace, maxValues: number): readonly SpoolGroup[] {
  const rows = db.all(
    `SELECT e.num, e.seq, g.key, e.value FROM entries e JOIN groups g ON g.num = e.num
     WHERE (e.num, e.seq) > (?, ?) ORDER BY e.num, e.seq LIMIT ?`,
    after.num,
    after.seq,
    maxValues,
  );
  return groupsOf(rows);
}

function groupsOf(rows: readonly Row[]): readonly SpoolGroup[] {
  const groups: { num: number; seq: number; key: string; values: string[] }[] = [];
  for (const { num, seq, key, value } of rows) {
    const last = groups.at(-1);
    if (last && last.num === num) {
      last.values.push(String(value));
      last.seq = Number(seq);
    } else groups.push({ num: Number(num), seq: Number(seq), key: String(key), values: [String(value)] });
  }
  return groups;
}

export const spool = { reads: { openTables, addEntries, readGroups } } satisfies Operations;
