import {
  type CampaignCounts,
  COUNTED_BY_REASON,
  type MinuteCount,
  type QueryOptions,
  RECEIPT_STATUSES,
  type ReceiptStatus,
  type RowCount,
  SEEN_STEP_MS,
  type SeenCount,
  campaignStats as statsOf,
  statusesWith,
  TIMELINE_STEP_MS,
} from "@crm-engine/core/ports";
import type { Collection, Document } from "mongodb";
import { runPipeline } from "../database/run-pipeline.js";
import type { CommunicationDocument } from "../schema/collections.js";
import { idsOfCampaign } from "../schema/communication-documents.js";

/** Documents of `$group`: what they are grouped by is the id. */
interface Grouped<T, K extends keyof T> {
  readonly _id: Pick<T, K>;
}
type RowGroup = Omit<RowCount, "status" | "reason"> & Grouped<RowCount, "status" | "reason">;
type SeenGroup = Omit<SeenCount, "at" | "status"> & Grouped<SeenCount, "at" | "status">;
type MinuteGroup = Omit<MinuteCount, "at" | "status"> & Grouped<MinuteCount, "at" | "status">;

/** Counted by the server from the campaign's rows, each time. */
export async function campaignStats(
  communications: Collection<CommunicationDocument>,
  campaignId: string,
  options?: QueryOptions,
): Promise<CampaignCounts> {
  const rows = { $match: { _id: idsOfCampaign(campaignId) } };
  const [counts, minutes] = await Promise.all([
    runPipeline<RowGroup>(communications, [rows, COUNT_ROWS], options),
    runPipeline<MinuteGroup>(communications, [rows, ...countSeen(statusesWith("timeline"), TIMELINE_STEP_MS)], options),
  ]);
  return statsOf(
    counts.map(({ _id, ...count }) => ({ ..._id, ...count })),
    minutes.map(({ _id, rows }) => ({ ..._id, rows })),
  );
}

const COUNT_ROWS: Document = {
  $group: {
    _id: {
      status: "$status",
      reason: { $cond: [{ $in: ["$status", COUNTED_BY_REASON] }, { $ifNull: ["$reason", null] }, null] },
    },
    rows: { $sum: 1 },
    nextDueAt: { $min: "$dueAt" },
    ...Object.fromEntries(statusesWith("engagement").map((status) => [status, { $sum: ifSeen(status) }])),
  },
};

/** By when they were first seen to have which of the statuses, in steps of time. */
function countSeen(statuses: readonly ReceiptStatus[], stepMs: number): readonly Document[] {
  const at = { $multiply: [{ $floor: { $divide: ["$seen.v", stepMs] } }, stepMs] };
  return [
    { $project: { _id: 0, seen: { $objectToArray: "$evidence" } } },
    { $unwind: "$seen" },
    { $match: { "seen.k": { $in: statuses } } },
    { $group: { _id: { status: "$seen.k", at }, rows: { $sum: 1 } } },
  ];
}

export async function seenStatuses(
  communications: Collection<CommunicationDocument>,
  campaignId: string,
  options?: QueryOptions,
): Promise<readonly SeenCount[]> {
  const stages = [{ $match: { _id: idsOfCampaign(campaignId) } }, ...countSeen(RECEIPT_STATUSES, SEEN_STEP_MS)];
  const groups = await runPipeline<SeenGroup>(communications, stages, options);
  return groups.map(({ _id, rows }) => ({ ..._id, rows }));
}

function ifSeen(status: string): Document {
  return { $cond: [{ $gt: [`$evidence.${status}`, null] }, 1, 0] };
}
