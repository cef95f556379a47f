import type { Idempotency, KeyState, StoredResponse } from "@crm-engine/core/ports";
import type { OperationsOf } from "../schema/operations.js";
import type { Scope } from "../schema/scope.js";

const PURGED_AT_ONCE = 100;

export const idempotency = { writes: { begin, renew, finish, abandon } } satisfies OperationsOf<Idempotency>;

function begin(scope: Scope, key: string, { leaseMs, ttlMs }: { readonly leaseMs: number; readonly ttlMs: number }): KeyState {
  const { db, tables } = scope;
  const now = scope.now();
  db.run(
    `DELETE FROM ${tables.idempotency} WHERE key IN (SELECT key FROM ${tables.idempotency} WHERE expires_at <= ? LIMIT ?)`,
    now,
    PURGED_AT_ONCE,
  );
  const row = db.get(
    `SELECT body_hash, answer, started_at, held_until FROM ${tables.idempotency} WHERE key = ? AND expires_at > ?`,
    key,
    now,
  );
  if (typeof row?.answer === "string") return { state: "finished", bodyHash: String(row.body_hash), answer: row.answer };
  if (row && Number(row.held_until) > now) return { state: "running" };
  const startedAt = row ? Number(row.started_at) : now;
  db.run(
    `INSERT OR REPLACE INTO ${tables.idempotency} (key, started_at, held_until, expires_at) VALUES (?, ?, ?, ?)`,
    key,
    startedAt,
    scope.after(leaseMs),
    scope.after(ttlMs),
  );
  return { state: "begun", startedAt };
}

function renew(scope: Scope, key: string, leaseMs: number): void {
  scope.db.run(
    `UPDATE ${scope.tables.idempotency} SET held_until = ? WHERE key = ? AND answer IS NULL`,
    scope.after(leaseMs),
    key,
  );
}

function finish(scope: Scope, key: string, { bodyHash, answer }: StoredResponse, ttlMs: number): void {
  scope.db.run(
    `INSERT INTO ${scope.tables.idempotency} (key, body_hash, answer, started_at, held_until, expires_at) VALUES (?, ?, ?, ?, 0, ?)
     ON CONFLICT (key) DO UPDATE SET body_hash = excluded.body_hash, answer = excluded.answer, expires_at = excluded.expires_at`,
    key,
    bodyHash,
    answer,
    scope.now(),
    scope.after(ttlMs),
  );
}

/** An answer that is kept stays. */
function abandon({ db, tables }: Scope, key: string): void {
  db.run(`DELETE FROM ${tables.idempotency} WHERE key = ? AND answer IS NULL`, key);
}
