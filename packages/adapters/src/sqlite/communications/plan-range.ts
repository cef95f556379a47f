import type { PlanRange } from "@crm-engine/core/ports";
import { compileCondition } from "../query/compile-condition.js";
import type { Scope } from "../schema/scope.js";

export function planRange(scope: Scope, range: PlanRange): number {
  const { db, tables } = scope;
  const { sql, values } = compileCondition(range.condition, { tables, subqueries: "correlated" });
  const now = scope.now();
  const after = range.after === undefined ? [] : [range.after];
  const upTo = range.upTo === undefined ? [] : [range.upTo];
  const fence = range.epoch === undefined ? [] : [range.campaignId, range.epoch];
  const isPlanner = `EXISTS (SELECT 1 FROM ${tables.campaigns} WHERE id = ? AND status = 'planning' AND document ->> '$.plan.epoch' = ?)`;
  return db.run(
    `INSERT INTO ${tables.communications} (campaign_id, customer_id, channel, status, generation, reopening, attempts, epoch, calling, planned_at, due_at, updated_at)
     SELECT ?, c.id, ?, 'pending', 1, 0, 0, 0, 0, ?, ?, ? FROM ${tables.customers} c
     WHERE c.erased = 0 AND ${sql} ${after.length > 0 ? "AND c.id > ?" : ""} ${upTo.length > 0 ? "AND c.id <= ?" : ""} ${fence.length > 0 ? `AND ${isPlanner}` : ""} ORDER BY c.id
     ON CONFLICT DO NOTHING`,
    range.campaignId,
    range.channel,
    range.plannedAt,
    Math.min(range.plannedAt, now),
    now,
    ...values,
    ...after,
    ...upTo,
    ...fence,
  );
}
