import type { Leases } from "@crm-engine/core/ports";
import type { OperationsOf } from "../schema/operations.js";
import type { Scope } from "../schema/scope.js";

export const leases = { writes: { acquire, renew, release } } satisfies OperationsOf<Leases>;

function acquire(scope: Scope, name: string, ttlMs: number): number | undefined {
  const now = scope.now();
  const row = scope.db.get(
    `INSERT INTO ${scope.tables.leases} (name, epoch, held_until) VALUES (?, 1, ?)
     ON CONFLICT (name) DO UPDATE SET epoch = epoch + 1, held_until = excluded.held_until WHERE held_until <= ? RETURNING epoch`,
    name,
    scope.after(ttlMs),
    now,
  );
  return row && Number(row.epoch);
}

function renew(scope: Scope, name: string, epoch: number, ttlMs: number): boolean {
  const now = scope.now();
  const sql = `UPDATE ${scope.tables.leases} SET held_until = ? WHERE name = ? AND epoch = ? AND held_until > ?`;
  return scope.db.run(sql, scope.after(ttlMs), name, epoch, now) === 1;
}

/** The row stays, so that epochs go on rising. */
function release({ db, tables }: Scope, name: string, epoch: number): void {
  db.run(`UPDATE ${tables.leases} SET held_until = 0 WHERE name = ? AND epoch = ?`, name, epoch);
}
