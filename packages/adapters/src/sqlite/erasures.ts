import {
  type ErasedAddress,
  type ErasureRequest,
  type Erasures,
  foldErasure,
  type Stamp,
  type StoredErasure,
} from "@crm-engine/core/ports";
import type { Row } from "./database/driver.js";
import { purge } from "./database/purge.js";
import { optionalNumber, parseJson } from "./schema/columns.js";
import type { OperationsOf } from "./schema/operations.js";
import type { Scope } from "./schema/scope.js";

export const erasures = {
  reads: { get, running, findAddresses },
  writes: { begin, advance },
  peeks: { purge },
} satisfies OperationsOf<Erasures>;

const COLUMNS = "customer_id, stamp, requested_at, addresses, marks, completed_at";

function begin(scope: Scope, request: ErasureRequest): void {
  const { db, tables } = scope;
  const before = get(scope, request.customerId);
  const after = foldErasure(before, request);
  if (after === before) return;
  db.run(
    `INSERT OR REPLACE INTO ${tables.erasures} (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)`,
    ...[after.customerId, after.stamp, after.requestedAt, JSON.stringify(after.addresses)],
    ...[after.marks ? JSON.stringify(after.marks) : null, after.completedAt ?? null],
  );
  const add = db.prepare(`INSERT OR IGNORE INTO ${tables.erased_addresses} (hash, stamp, customer_id) VALUES (?, ?, ?)`);
  for (const { hash, stamp } of after.addresses) add.run(hash, stamp, after.customerId);
}

function get({ db, tables }: Scope, customerId: string): StoredErasure | undefined {
  const row = db.get(`SELECT ${COLUMNS} FROM ${tables.erasures} WHERE customer_id = ?`, customerId);
  return row && erasureOf(row);
}

function running({ db, tables }: Scope, limit: number): readonly StoredErasure[] {
  const sql = `SELECT ${COLUMNS} FROM ${tables.erasures} WHERE completed_at IS NULL ORDER BY stamp LIMIT ?`;
  return db.all(sql, limit).map(erasureOf);
}

function findAddresses({ db, tables }: Scope, hashes: readonly string[]): ReadonlyMap<string, readonly Stamp[]> {
  const found = new Map<string, Stamp[]>();
  const sql = `SELECT hash, stamp FROM ${tables.erased_addresses} WHERE hash IN (SELECT value FROM json_each(?))`;
  for (const { hash, stamp } of db.all(sql, JSON.stringify(hashes))) {
    found.set(String(hash), [...(found.get(String(hash)) ?? []), Number(stamp)]);
  }
  return found;
}

function advance({ db, tables }: Scope, erasures: readonly StoredErasure[]): void {
  const write = db.prepare(`UPDATE ${tables.erasures} SET marks = ?, completed_at = ? WHERE customer_id = ? AND stamp = ?`);
  for (const { customerId, stamp, marks, completedAt } of erasures) {
    write.run(marks ? JSON.stringify(marks) : null, completedAt ?? null, customerId, stamp);
  }
}

function erasureOf(row: Row): StoredErasure {
  return {
    customerId: String(row.customer_id),
    stamp: Number(row.stamp),
    requestedAt: Number(row.requested_at),
    addresses: parseJson<readonly ErasedAddress[]>(row.addresses),
    ...(row.marks === null ? {} : { marks: parseJson<Readonly<Record<string, string>>>(row.marks) }),
    ...optionalNumber("completedAt", row.completed_at),
  };
}
