import { campaignStats, type MinuteCount, type RowCount, TIMELINE_STEP_MS } from "../../model/campaign-stats.js";
import type { CampaignCounts, StoredCommunication } from "../../model/communication-log.js";
import { SEEN_STEP_MS, type SeenCount } from "../../model/figures/deliveries.js";
import { RECEIPT_STATUSES, statusesWith } from "../../model/receipt.js";
import { recordOf } from "../../model/record-of.js";

/** Counts the rows of one campaign. */
export function statsOf(rows: readonly StoredCommunication[]): CampaignCounts {
  return campaignStats(rows.map(countOf), rows.flatMap(minutesOf));
}

function countOf({ status, reason, evidence, dueAt }: StoredCommunication): RowCount {
  const engagement = recordOf(statusesWith("engagement"), (kind) => (evidence[kind] === undefined ? 0 : 1));
  return { status, ...(reason === undefined ? {} : { reason }), rows: 1, nextDueAt: dueAt, ...engagement };
}

function minutesOf({ evidence }: StoredCommunication): readonly MinuteCount[] {
  return statusesWith("timeline").flatMap((status) => {
    const seen = evidence[status];
    return seen === undefined ? [] : [{ at: Math.floor(seen / TIMELINE_STEP_MS) * TIMELINE_STEP_MS, status, rows: 1 }];
  });
}

export function seenOf(rows: readonly StoredCommunication[]): readonly SeenCount[] {
  return rows.flatMap(({ evidence }) =>
    RECEIPT_STATUSES.flatMap((status) => {
      const seen = evidence[status];
      return seen === undefined ? [] : [{ at: Math.floor(seen / SEEN_STEP_MS) * SEEN_STEP_MS, status, rows: 1 }];
    }),
  );
}
