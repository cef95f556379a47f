import type { CampaignCounts, DeliveryStatus } from "@crm-engine/core/ports";
import type { Collection, Document } from "mongodb";
import type { CommunicationDocument } from "../schema/collections.js";
import { idsOfCampaign } from "../schema/communication-documents.js";

const MINUTE_MS = 60_000;
const TIMELINE_STATUSES = ["sent", "delivered", "failed"] as const;

interface StatusCount {
  readonly _id: { readonly status: DeliveryStatus; readonly reason: string | null };
  readonly rows: number;
  readonly opened: number;
  readonly clicked: number;
  readonly complained: number;
  readonly unsubscribed: number;
}

interface MinuteCount {
  readonly _id: { readonly at: number; readonly status: (typeof TIMELINE_STATUSES)[number] };
  readonly rows: number;
}

/** Counted by the server from the campaign's rows, each time. */
export async function campaignStats(
  communications: Collection<CommunicationDocument>,
  campaignId: string,
): Promise<CampaignCounts> {
  const rows = { $match: { _id: idsOfCampaign(campaignId) } };
  const [counts, minutes] = await Promise.all([
    communications.aggregate<StatusCount>([rows, COUNT_BY_STATUS]).toArray(),
    communications.aggregate<MinuteCount>([rows, ...COUNT_BY_MINUTE]).toArray(),
  ]);
  const sum = (value: (count: StatusCount) => number): number => counts.reduce((total, count) => total + value(count), 0);
  const inStatus = (status: DeliveryStatus): number => sum((count) => (count._id.status === status ? count.rows : 0));
  const byReason = (status: DeliveryStatus): Readonly<Record<string, number>> =>
    Object.fromEntries(counts.filter(({ _id }) => _id.status === status).map(({ _id, rows }) => [_id.reason ?? status, rows]));
  return {
    total: sum((count) => count.rows),
    pending: inStatus("pending"),
    claimed: inStatus("claimed"),
    sent: inStatus("sent"),
    delivered: inStatus("delivered"),
    failed: inStatus("failed"),
    bounced: inStatus("bounced"),
    skipped: inStatus("skipped"),
    unknown: inStatus("unknown"),
    opened: sum((count) => count.opened),
    clicked: sum((count) => count.clicked),
    complained: sum((count) => count.complained),
    unsubscribed: sum((count) => count.unsubscribed),
    skippedBy: byReason("skipped"),
    failedBy: byReason("failed"),
    timeline: timelineOf(minutes),
  };
}

/** By reason too, where reasons are told apart. */
const COUNT_BY_STATUS: Document = {
  $group: {
    _id: {
      status: "$status",
      reason: { $cond: [{ $in: ["$status", ["skipped", "failed"]] }, { $ifNull: ["$reason", null] }, null] },
    },
    rows: { $sum: 1 },
    ...Object.fromEntries(
      ["opened", "clicked", "complained", "unsubscribed"].map((status) => [status, { $sum: ifSeen(status) }]),
    ),
  },
};

const COUNT_BY_MINUTE: readonly Document[] = [
  { $project: { _id: 0, seen: { $objectToArray: "$evidence" } } },
  { $unwind: "$seen" },
  { $match: { "seen.k": { $in: TIMELINE_STATUSES } } },
  {
    $group: {
      _id: { status: "$seen.k", at: { $multiply: [{ $floor: { $divide: ["$seen.v", MINUTE_MS] } }, MINUTE_MS] } },
      rows: { $sum: 1 },
    },
  },
];

function ifSeen(status: string): Document {
  return { $cond: [{ $gt: [`$evidence.${status}`, null] }, 1, 0] };
}

function timelineOf(counts: readonly MinuteCount[]): CampaignCounts["timeline"] {
  const minutes = new Map<number, CampaignCounts["timeline"][number]>();
  for (const { _id, rows } of counts) {
    const minute = minutes.get(_id.at) ?? { at: _id.at, sent: 0, delivered: 0, failed: 0 };
    minutes.set(_id.at, { ...minute, [_id.status]: rows });
  }
  return [...minutes.values()].sort((a, b) => a.at - b.at);
}
