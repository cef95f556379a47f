import type { CampaignCounts, Evidence, StoredCommunication } from "../../model/communication-log.js";
import type { Instant } from "../../model/instant.js";

const MINUTE_MS = 60_000;
const TIMELINE_STATUSES = ["sent", "delivered", "failed"] as const;

type Counts<T> = { -readonly [K in keyof T]: T[K] extends number ? number : never };
type Minute = Counts<CampaignCounts["timeline"][number]>;

/** Counts the rows of one campaign. */
export function statsOf(rows: Iterable<StoredCommunication>): CampaignCounts {
  const delivery = { pending: 0, claimed: 0, sent: 0, delivered: 0, failed: 0, bounced: 0, skipped: 0, unknown: 0 };
  const engagement = { opened: 0, clicked: 0, complained: 0, unsubscribed: 0 };
  const skippedBy = new Map<string, number>();
  const failedBy = new Map<string, number>();
  const minutes = new Map<Instant, Minute>();
  let total = 0;
  for (const { status, reason, evidence } of rows) {
    total += 1;
    delivery[status] += 1;
    if (evidence.opened !== undefined) engagement.opened += 1;
    if (evidence.clicked !== undefined) engagement.clicked += 1;
    if (evidence.complained !== undefined) engagement.complained += 1;
    if (evidence.unsubscribed !== undefined) engagement.unsubscribed += 1;
    if (status === "skipped") countUp(skippedBy, reason ?? status);
    if (status === "failed") countUp(failedBy, reason ?? status);
    countMinutes(minutes, evidence);
  }
  return {
    total,
    ...delivery,
    ...engagement,
    skippedBy: Object.fromEntries(skippedBy),
    failedBy: Object.fromEntries(failedBy),
    timeline: [...minutes.values()].sort((a, b) => a.at - b.at),
  };
}

function countUp(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function countMinutes(minutes: Map<Instant, Minute>, evidence: Evidence): void {
  for (const status of TIMELINE_STATUSES) {
    const seen = evidence[status];
    if (seen === undefined) continue;
    const at = Math.floor(seen / MINUTE_MS) * MINUTE_MS;
    const minute = minutes.get(at) ?? { at, sent: 0, delivered: 0, failed: 0 };
    minute[status] += 1;
    minutes.set(at, minute);
  }
}
