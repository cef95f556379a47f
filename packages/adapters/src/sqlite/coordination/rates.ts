import type { Rates } from "@crm-engine/core/ports";
import type { OperationsOf } from "../schema/operations.js";
import type { Scope } from "../schema/scope.js";

export const rates = { writes: { take, putBack } } satisfies OperationsOf<Rates>;

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
