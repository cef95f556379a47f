import { type CampaignCounts, DELIVERY_STATUSES, type DeliveryStatus, type TimelineMinute } from "./communication-log.js";
import type { Instant } from "./instant.js";
import { type StatusWith, statusesWith } from "./receipt.js";
import { recordOf } from "./record-of.js";

/** The length of a step of the timeline. */
export const TIMELINE_STEP_MS = 60_000;

/** The statuses whose rows are counted by reason too: a pending row that has one is waiting to be tried again. */
export const COUNTED_BY_REASON = ["skipped", "failed", "pending"] as const satisfies readonly DeliveryStatus[];

/** How many rows of a campaign have a status, for one reason or any, and how many of them have each kind of engagement. */
export interface RowCount extends Readonly<Record<StatusWith<"engagement">, number>> {
  readonly status: DeliveryStatus;
  readonly reason?: string | null;
  readonly rows: number;
  /** When the first of them is due, if they are pending. */
  readonly nextDueAt?: Instant;
}

/** How many rows of a campaign were first seen to have a status in the minute that begins at `at`. */
export interface MinuteCount {
  readonly at: Instant;
  readonly status: StatusWith<"timeline">;
  readonly rows: number;
}

const ENGAGEMENT = statusesWith("engagement");
const TIMELINE = statusesWith("timeline");

/** Puts together what a store has counted. Counts may be split at will: those of the same status, reason or minute add up. */
export function campaignStats(counts: Iterable<RowCount>, minutes: Iterable<MinuteCount>): CampaignCounts {
  const delivery = recordOf(DELIVERY_STATUSES, () => 0);
  const engagement = recordOf(ENGAGEMENT, () => 0);
  const reasons = recordOf(COUNTED_BY_REASON, () => new Map<string, number>());
  let total = 0;
  let nextAt = Number.POSITIVE_INFINITY;
  for (const count of counts) {
    const { status, reason, rows } = count;
    total += rows;
    delivery[status] += rows;
    for (const kind of ENGAGEMENT) engagement[kind] += count[kind];
    if (status === "skipped" || status === "failed" || (status === "pending" && typeof reason === "string")) {
      if (status === "pending") nextAt = Math.min(nextAt, count.nextDueAt ?? nextAt);
      reasons[status].set(reason ?? status, (reasons[status].get(reason ?? status) ?? 0) + rows);
    }
  }
  return {
    total,
    ...delivery,
    ...engagement,
    skippedBy: Object.fromEntries(reasons.skipped),
    failedBy: Object.fromEntries(reasons.failed),
    waiting: {
      count: [...reasons.pending.values()].reduce((sum, rows) => sum + rows, 0),
      ...(Number.isFinite(nextAt) ? { nextAt } : {}),
      reasons: Object.fromEntries(reasons.pending),
    },
    timeline: timelineOf(minutes),
  };
}

function timelineOf(counts: Iterable<MinuteCount>): readonly TimelineMinute[] {
  const timeline = new Map<Instant, { -readonly [K in keyof TimelineMinute]: TimelineMinute[K] }>();
  for (const { at, status, rows } of counts) {
    const minute = timeline.get(at) ?? { at, ...recordOf(TIMELINE, () => 0) };
    minute[status] += rows;
    timeline.set(at, minute);
  }
  return [...timeline.values()].sort((a, b) => a.at - b.at);
}
