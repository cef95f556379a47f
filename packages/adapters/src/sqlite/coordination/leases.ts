import type { Begun, IdempotentAnswer } from "@crm-engine/core";
import type { Scope } from "../schema/scope.js";

const PURGED_AT_ONCE = 100;

export function acquireLease(scope: Scope, name: string, ttlMs: number): number | undefined {
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

export function renewLease(scope: Scope, name: string, epoch: number, ttlMs: number): boolean {
  const now = scope.now();
  const sql = `UPDATE ${scope.tables.leases} SET held_until = ? WHERE name = ? AND epoch = ? AND held_until > ?`;
  return scope.db.run(sql, scope.after(ttlMs), name, epoch, now) === 1;
}

/** The row stays, so that epochs go on rising. */
export function releaseLease({ db, tables }: Scope, name: string, epoch: number): void {
  db.run(`UPDATE ${tables.leases} SET held_until = 0 WHERE name = ? AND epoch = ?`, name, epoch);
}

export function takeTokens(scope: Scope, name: string, perSecond: number, wanted: number): number {
  const { db, tables } = scope;
  const now = scope.now();
  const capacity = Math.max(1, perSecond);
  const row = db.get(`SELECT tokens, at FROM ${tables.rates} WHERE name = ?`, name);
  const refill = row ? (Math.max(0, now - Number(row.at)) * perSecond) / 1_000 : capacity;
  const tokens = Math.min(capacity, Number(row?.tokens ?? 0) + refill);
  const taken = Math.max(0, Math.min(Math.floor(tokens), Math.floor(wanted)));
  db.run(`INSERT OR REPLACE INTO ${tables.rates} (name, tokens, at) VALUES (?, ?, ?)`, name, tokens - taken, now);
  return taken;
}

/** A bucket that nobody has taken from is full. */
export function putBackTokens({ db, tables }: Scope, name: string, perSecond: number, count: number): void {
  db.run(`UPDATE ${tables.rates} SET tokens = min(?, tokens + ?) WHERE name = ?`, Math.max(1, perSecond), count, name);
}

export function noteResults(
  { db, tables }: Scope,
  name: string,
  { era, failed }: { readonly era: number; readonly failed: readonly boolean[] },
  keep: number,
): { readonly kept: number; readonly failed: number } {
  const row = db.get(`SELECT era, latest FROM ${tables.results} WHERE name = ?`, name);
  const known = row ? Number(row.era) : era;
  const before = row && known >= era ? String(row.latest) : "";
  const all = known > era ? before : before + failed.map((one) => (one ? "f" : ".")).join("");
  const latest = all.slice(Math.max(0, all.length - keep));
  db.run(`INSERT OR REPLACE INTO ${tables.results} (name, era, latest) VALUES (?, ?, ?)`, name, Math.max(era, known), latest);
  return { kept: latest.length, failed: latest.replaceAll(".", "").length };
}

export function beginAnswer(
  scope: Scope,
  key: string,
  { leaseMs, ttlMs }: { readonly leaseMs: number; readonly ttlMs: number },
): Begun {
  const { db, tables } = scope;
  const now = scope.now();
  db.run(
    `DELETE FROM ${tables.answers} WHERE key IN (SELECT key FROM ${tables.answers} WHERE expires_at <= ? LIMIT ?)`,
    now,
    PURGED_AT_ONCE,
  );
  const row = db.get(
    `SELECT body_hash, answer, started_at, held_until FROM ${tables.answers} WHERE key = ? AND expires_at > ?`,
    key,
    now,
  );
  if (typeof row?.answer === "string") return { state: "finished", bodyHash: String(row.body_hash), answer: row.answer };
  if (row && Number(row.held_until) > now) return { state: "running" };
  const startedAt = row ? Number(row.started_at) : now;
  db.run(
    `INSERT OR REPLACE INTO ${tables.answers} (key, started_at, held_until, expires_at) VALUES (?, ?, ?, ?)`,
    key,
    startedAt,
    scope.after(leaseMs),
    scope.after(ttlMs),
  );
  return { state: "begun", startedAt };
}

export function renewAnswer(scope: Scope, key: string, leaseMs: number): void {
  scope.db.run(`UPDATE ${scope.tables.answers} SET held_until = ? WHERE key = ? AND answer IS NULL`, scope.after(leaseMs), key);
}

export function finishAnswer(scope: Scope, key: string, { bodyHash, answer }: IdempotentAnswer, ttlMs: number): void {
  scope.db.run(
    `INSERT INTO ${scope.tables.answers} (key, body_hash, answer, started_at, held_until, expires_at) VALUES (?, ?, ?, ?, 0, ?)
     ON CONFLICT (key) DO UPDATE SET body_hash = excluded.body_hash, answer = excluded.answer, expires_at = excluded.expires_at`,
    key,
    bodyHash,
    answer,
    scope.now(),
    scope.after(ttlMs),
  );
}

/** An answer that is kept stays. */
export function abandonAnswer({ db, tables }: Scope, key: string): void {
  db.run(`DELETE FROM ${tables.answers} WHERE key = ? AND answer IS NULL`, key);
}
