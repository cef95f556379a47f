import type { Collection, FindCursor, WithId } from "mongodb";
import type { CommunicationDocument } from "../schema/collections.js";
import { idsOfCampaign } from "../schema/communication-documents.js";

export interface CandidateRequest {
  readonly campaignId: string;
  readonly dueBy: number;
  readonly limit: number;
}

/** Ids of pending rows that are due, up to `limit`, the earliest first; none when there are none. */
export type FindCandidates = (
  communications: Collection<CommunicationDocument>,
  request: CandidateRequest,
) => Promise<readonly string[]>;

const MAX_REMEMBERED = 1_000;

/**
 * Rows that were never claimed are all due since the plan, so they come first: they are found by one scan of the campaign's ids,
 * continued from where this process stopped, so that a batch costs the same however many rows are pending or done. The others
 * are found by the index of pending rows. The position is only a hint: claims are decided by compare-and-set.
 */
export function candidateFinder(): FindCandidates {
  const places = new Map<string, string | "walked">();

  return async (communications, { campaignId, dueBy, limit }) => {
    const pending = { status: "pending", dueAt: { $lte: dueBy } } as const;
    const place = places.get(campaignId);
    if (place !== "walked") {
      const ids = { ...idsOfCampaign(campaignId), ...(place === undefined ? {} : { $gt: place }) };
      const unclaimed = await readIds(communications.find({ _id: ids, ...pending, epoch: 0 }).sort({ _id: 1 }), limit);
      if (places.size >= MAX_REMEMBERED) places.clear();
      places.set(campaignId, unclaimed.length < limit ? "walked" : (unclaimed.at(-1) ?? "walked"));
      if (unclaimed.length === limit) return unclaimed;
    }
    return readIds(communications.find({ campaignId: { $eq: campaignId }, ...pending }).sort({ dueAt: 1 }), limit);
  };
}

async function readIds(rows: FindCursor<WithId<CommunicationDocument>>, limit: number): Promise<readonly string[]> {
  const found = await rows.limit(limit).project<{ readonly _id: string }>({ _id: 1 }).toArray();
  return found.map(({ _id }) => _id);
}
