import { type Communications, DELIVERY_PRECEDENCE, type DeliveryStatus, type RowsToSettle } from "@crm-engine/core/ports";
import type { Document, Filter } from "mongodb";
import type { Connection } from "../database/connection.js";
import { SERVER_NOW } from "../database/server-clock.js";
import { touch } from "../figures.js";
import type { Collections, CommunicationDocument } from "../schema/collections.js";
import { idsOfCampaign } from "../schema/communication-documents.js";

/** Rows are chosen first, then changed where they still are in the state; where others were faster, others are chosen. */
export function settleRows({ use }: Connection): Pick<Communications, "skipRows" | "reopen"> {
  return {
    skipRows: ({ reason, ...rows }) =>
      use((collections) =>
        settle(collections, rows, {}, [{ $set: { status: "skipped", reason: { $literal: reason }, updatedAt: SERVER_NOW } }]),
      ),
    reopen: ({ reopening, ...rows }) =>
      use((collections) => settle(collections, rows, { reopening: { $lt: reopening } }, reopenPipeline(reopening))),
  };
}

async function settle(
  collections: Collections,
  { campaignId, status, ids, onlyReason, limit }: RowsToSettle<DeliveryStatus>,
  besides: Filter<CommunicationDocument>,
  pipeline: Document[],
): Promise<number> {
  const test = onlyReason === undefined ? besides : { ...besides, ...countedUnder(onlyReason, status) };
  const wanted = { $and: [placesOf(campaignId, status), ids ? { _id: { $in: ids } } : {}, { status, ...test }] };
  for (;;) {
    const { communications } = collections;
    const found = await communications.find(wanted).limit(limit).project<{ readonly _id: string }>({ _id: 1 }).toArray();
    if (found.length === 0) {
      await touch(collections, [campaignId]);
      return 0;
    }
    const rows = { _id: { $in: found.map(({ _id }) => _id) }, status, ...test };
    const { modifiedCount } = await communications.updateMany(rows, pipeline);
    if (modifiedCount === 0) continue;
    await touch(collections, [campaignId]);
    return modifiedCount;
  }
}

/** A row without a reason is counted under its status. */
function countedUnder(onlyReason: string, status: DeliveryStatus): Filter<CommunicationDocument> {
  const named = { reason: { $eq: onlyReason } };
  return onlyReason === status ? { $or: [named, { reason: { $exists: false } }] } : named;
}

/** Pending rows have an index; others are read as a range of ids. */
function placesOf(campaignId: string, status: DeliveryStatus): Filter<CommunicationDocument> {
  return status === "pending" ? { campaignId: { $eq: campaignId } } : { _id: idsOfCampaign(campaignId) };
}

const OF_A_GENERATION = ["reason", "vendorMessageId", "firstCallAt", "handedOverAt", "waitedUntil"];

/** The claims under which this generation was handed over, if it was. */
const HAND_OVER = { $cond: [{ $gt: ["$handedOverAt", null] }, [["$handedOverEpoch", "$epoch"]], []] };

/** Core's `reopenLog`; an earlier claim of the row has ended. */
function reopenPipeline(reopening: number): Document[] {
  return [
    {
      $set: {
        status: "pending",
        generation: { $add: ["$generation", 1] },
        reopening,
        attempts: 0,
        call: "",
        earlierHandOvers: { $concatArrays: [{ $ifNull: ["$earlierHandOvers", []] }, HAND_OVER] },
        dueAt: { $min: ["$dueAt", SERVER_NOW] },
        updatedAt: SERVER_NOW,
      },
    },
    { $unset: [...OF_A_GENERATION, ...DELIVERY_PRECEDENCE.map((status) => `evidence.${status}`)] },
  ];
}
