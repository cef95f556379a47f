import type { Heartbeat, Heartbeats, StoredHeartbeat } from "@crm-engine/core/ports";
import { parseJson } from "./schema/columns.js";
import type { OperationsOf } from "./schema/operations.js";
import type { Scope } from "./schema/scope.js";

export const heartbeats = { reads: { list }, writes: { beat } } satisfies OperationsOf<Heartbeats>;

function beat({ db, tables, now }: Scope, heartbeat: Heartbeat, forgetAfterMs: number): void {
  const sql = `INSERT OR REPLACE INTO ${tables.heartbeats} (id, seen_at, document) VALUES (?, ?, ?)`;
  db.run(sql, heartbeat.id, now(), JSON.stringify(heartbeat));
  db.run(`DELETE FROM ${tables.heartbeats} WHERE seen_at <= ?`, now() - forgetAfterMs);
}

function list({ db, tables }: Scope, limit: number): readonly StoredHeartbeat[] {
  const rows = db.all(`SELECT seen_at, document FROM ${tables.heartbeats} ORDER BY seen_at DESC LIMIT ?`, limit);
  return rows.map(({ seen_at, document }) => ({ ...parseJson<Heartbeat>(document), seenAt: Number(seen_at) }));
}
