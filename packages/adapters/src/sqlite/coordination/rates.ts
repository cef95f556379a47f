import type { LoweredRate, Rates } from "@crm-engine/core/ports";
import type { OperationsOf } from "../schema/operations.js";
import type { Scope } from "../schema/scope.js";

export const rates = { reads: { lowered }, writes: { take, putBack, lower, widen } } satisfies OperationsOf<Rates>;

function take(scope: Scope, name: string, perSecond: number, wanted: number): number {
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
function putBack({ db, tables }: Scope, name: string, perSecond: number, count: number): void {
  db.run(`UPDATE ${tables.rates} SET tokens = min(?, tokens + ?) WHERE name = ?`, Math.max(1, perSecond), count, name);
}

function lower(scope: Scope, name: string, { perSecond, before }: Omit<LoweredRate, "ageMs">, everyMs: number): boolean {
  const { db, tables } = scope;
  const changed = db.run(
    `INSERT INTO ${tables.lowered_rates} (name, per_second, rate_before, lowered_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET per_second = excluded.per_second, rate_before = excluded.rate_before, lowered_at = excluded.lowered_at
     WHERE lowered_at <= ?`,
    name,
    perSecond,
    before,
    scope.now(),
    scope.after(-everyMs),
  );
  return changed === 1;
}

function widen(scope: Scope, name: string, { perSecond, before }: Omit<LoweredRate, "ageMs">, withinMs: number): boolean {
  const { db, tables } = scope;
  const changed = db.run(
    `UPDATE ${tables.lowered_rates} SET per_second = per_second + ?, rate_before = rate_before + ? WHERE name = ? AND lowered_at > ?`,
    perSecond,
    before,
    name,
    scope.after(-withinMs),
  );
  return changed === 1;
}

function lowered(scope: Scope, name: string): LoweredRate | undefined {
  const { db, tables } = scope;
  const row = db.get(`SELECT per_second, rate_before, lowered_at FROM ${tables.lowered_rates} WHERE name = ?`, name);
  if (!row) return undefined;
  const ageMs = Math.max(0, scope.now() - Number(row.lowered_at));
  return { perSecond: Number(row.per_second), before: Number(row.rate_before), ageMs };
}
