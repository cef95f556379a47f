import { type Communications, reasonWithoutWords, type Stamp } from "@crm-engine/core/ports";
import { touch } from "../figures.js";
import { communicationOf, keyOf, selectRow } from "../schema/communication-rows.js";
import type { OperationsOf } from "../schema/operations.js";
import type { Scope } from "../schema/scope.js";
import { campaignStats, seenStatuses } from "./campaign-stats.js";
import { listRows, searchRows } from "./list-rows.js";
import { planning } from "./plan-range.js";
import { recordFacts } from "./record-facts.js";
import { reopenRows, skipRows } from "./settle-rows.js";

export const communications = {
  reads: {
    get: ({ db, tables }, id) => {
      const row = db.get(selectRow(tables), ...keyOf(id));
      return row && communicationOf(row);
    },
    list: listRows,
    search: searchRows,
    // One statement: a row may move between the states at any time, and two statements could both miss it.
    remaining: ({ db, tables }, campaignId) => {
      const row = db.get(
        `SELECT (SELECT min(due_at) FROM ${tables.communications} WHERE campaign_id = ?1 AND status = 'pending') AS next_due_at,
           EXISTS (SELECT 1 FROM ${tables.communications} INDEXED BY ${tables.communications}_claimed WHERE campaign_id = ?1 AND status = 'claimed') AS any_claimed`,
        campaignId,
      );
      const next = row?.next_due_at;
      return {
        pending: typeof next === "number",
        claimed: row?.any_claimed === 1,
        ...(typeof next === "number" ? { nextDueAt: next } : {}),
      };
    },
  },
  scans: { stats: campaignStats, seen: seenStatuses },
  writes: { skipRows, reopen: reopenRows },
  chunked: { record: recordFacts },
  composed: planning,
} satisfies OperationsOf<Communications>;

/** Takes the address and a vendor's words from a customer's rows, in every campaign, that were planned before its erasure. */
export function forgetPerson({ db, tables }: Scope, customerId: string, stamp: Stamp): void {
  const plannedBefore = Math.floor(stamp / 1_000);
  const reasons = db.all(
    `SELECT DISTINCT reason FROM ${tables.communications} WHERE customer_id = ? AND planned_at <= ? AND reason IS NOT NULL`,
    customerId,
    plannedBefore,
  );
  for (const { reason } of reasons) {
    const kept = reasonWithoutWords(String(reason));
    if (kept === reason) continue;
    db.run(
      `UPDATE ${tables.communications} SET reason = ? WHERE customer_id = ? AND planned_at <= ? AND reason = ?`,
      ...[kept, customerId, plannedBefore, String(reason)],
    );
  }
  db.run(
    `UPDATE ${tables.communications} SET address = NULL WHERE customer_id = ? AND planned_at <= ? AND address IS NOT NULL`,
    customerId,
    plannedBefore,
  );
  const campaigns = `SELECT DISTINCT campaign_id FROM ${tables.communications} WHERE customer_id = ? AND planned_at <= ?`;
  touch(
    { db, tables },
    db.all(campaigns, customerId, plannedBefore).map(({ campaign_id }) => String(campaign_id)),
  );
}
