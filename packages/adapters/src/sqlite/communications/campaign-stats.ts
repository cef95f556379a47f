import {
  type CampaignCounts,
  COUNTED_BY_REASON,
  type DeliveryStatus,
  type MinuteCount,
  RECEIPT_STATUSES,
  type ReceiptStatus,
  type RowCount,
  recordOf,
  SEEN_STEP_MS,
  type SeenCount,
  campaignStats as statsOf,
  statusesWith,
  TIMELINE_STEP_MS,
} from "@crm-engine/core/ports";
import { CHECK_INTERRUPT } from "../query/compile-target.js";
import type { Scope } from "../schema/scope.js";

/** Rows have no number, and what was written at once shares its times: about every 256th row checks, by chance. */
const INTERRUPTIBLE = `(random() & 255 OR ${CHECK_INTERRUPT}())`;
const ENGAGEMENT = statusesWith("engagement");

export function campaignStats(scope: Scope, campaignId: string): CampaignCounts {
  return statsOf(countRows(scope, campaignId), countMinutes(scope, campaignId));
}

function countRows({ db, tables }: Scope, campaignId: string): readonly RowCount[] {
  const apart = COUNTED_BY_REASON.map((status) => `'${status}'`).join(", ");
  const rows = db.all(
    `SELECT status, iif(status IN (${apart}), reason, NULL) AS why, count(*) AS n, min(due_at) AS next_due_at, ${ENGAGEMENT.map((kind) => `count(${kind}_at) AS ${kind}`).join(", ")}
     FROM ${tables.communications} WHERE campaign_id = ? AND ${INTERRUPTIBLE} GROUP BY 1, 2`,
    campaignId,
  );
  return rows.map((row) => ({
    status: row.status as DeliveryStatus,
    reason: row.why === null ? null : String(row.why),
    rows: Number(row.n),
    nextDueAt: Number(row.next_due_at),
    ...recordOf(ENGAGEMENT, (kind) => Number(row[kind])),
  }));
}

/** One pass for each status. */
function countMinutes(scope: Scope, campaignId: string): readonly MinuteCount[] {
  return statusesWith("timeline").flatMap((status) => countSeen(scope, campaignId, status, TIMELINE_STEP_MS));
}

export function seenStatuses(scope: Scope, campaignId: string): readonly SeenCount[] {
  return RECEIPT_STATUSES.flatMap((status) => countSeen(scope, campaignId, status, SEEN_STEP_MS));
}

function countSeen<S extends ReceiptStatus>({ db, tables }: Scope, campaignId: string, status: S, stepMs: number) {
  const rows = db.all(
    `SELECT ${status}_at / ${stepMs} AS step, count(*) AS n
     FROM ${tables.communications} WHERE campaign_id = ? AND ${INTERRUPTIBLE} AND ${status}_at IS NOT NULL GROUP BY 1`,
    campaignId,
  );
  return rows.map(({ step, n }) => ({ at: Number(step) * stepMs, status, rows: Number(n) }));
}
