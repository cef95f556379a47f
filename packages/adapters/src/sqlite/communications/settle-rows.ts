import { DELIVERY_PRECEDENCE, type RowsToSettle, type SkipReason, splitLogId } from "@crm-engine/core/ports";
import type { SqlValue } from "../database/driver.js";
import { touch } from "../figures.js";
import type { Scope } from "../schema/scope.js";

type RowsToSkip = RowsToSettle<"pending" | "unknown"> & { readonly reason: SkipReason };
type RowsToReopen = RowsToSettle<"failed" | "unknown"> & { readonly reopening: number };

export function skipRows(scope: Scope, { reason, ...rows }: RowsToSkip): number {
  return settle(scope, rows, "TRUE", [], "status = 'skipped', reason = ?", [reason]);
}

/** As core's `reopenLog`. */
export function reopenRows(scope: Scope, { reopening, ...rows }: RowsToReopen): number {
  const change = `status = 'pending', reason = NULL, vendor_message_id = NULL, ${DELIVERY_PRECEDENCE.map((status) => `${status}_at = NULL`).join(", ")},
    generation = generation + 1, reopening = ?, attempts = 0, first_call_at = NULL, calling = 0, due_at = min(due_at, ?), waited_until = NULL,
    earlier_hand_overs = iif(handed_over_at IS NULL, earlier_hand_overs,
      json_insert(coalesce(earlier_hand_overs, '[]'), '$[#]', json_array(handed_over_epoch, epoch))), handed_over_at = NULL`;
  return settle(scope, rows, "reopening < ?", [reopening], change, [reopening, scope.now()]);
}

/** Literal, so that SQLite can use the partial index on pending rows. */
const IN_STATE = { pending: "status = 'pending'", failed: "status = 'failed'", unknown: "status = 'unknown'" } as const;

/** One statement; returns how many rows were changed. */
function settle(
  scope: Scope,
  { campaignId, status, ids, onlyReason, limit }: RowsToSettle<keyof typeof IN_STATE>,
  test: string,
  tested: readonly SqlValue[],
  change: string,
  values: readonly SqlValue[],
): number {
  const { communications } = scope.tables;
  touch(scope, [campaignId]);
  const customers = ids?.map(splitLogId).filter((parts) => parts?.campaignId === campaignId);
  return scope.db.run(
    `UPDATE ${communications} SET ${change}, updated_at = ? WHERE campaign_id = ? AND customer_id IN (
       SELECT customer_id FROM ${communications} WHERE campaign_id = ? AND ${IN_STATE[status]} AND ${test}
       ${onlyReason === undefined ? "" : "AND coalesce(reason, status) = ?"}
       ${customers ? "AND customer_id IN (SELECT value FROM json_each(?))" : ""} LIMIT ?)`,
    ...values,
    scope.now(),
    campaignId,
    campaignId,
    ...tested,
    ...(onlyReason === undefined ? [] : [onlyReason]),
    ...(customers ? [JSON.stringify(customers.map((parts) => parts?.customerId))] : []),
    limit,
  );
}
