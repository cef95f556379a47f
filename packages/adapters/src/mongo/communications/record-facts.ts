import { isDeepStrictEqual } from "node:util";
import { campaignsOf, type DeliveryFact, type FactState, foldFact, type RowAddress } from "@crm-engine/core/ports";
import { touch } from "../figures.js";
import type { Collections, CommunicationDocument } from "../schema/collections.js";
import { foldFactPipeline } from "./fold-fact-pipeline.js";

type Known = Pick<CommunicationDocument, "_id" | "channel" | "addressHash" | keyof FactState>;

/**
 * One unordered bulk write with one pipeline update for each fact. Facts commute, so their order is free; they are sorted by row,
 * because two bulks could deadlock on a server that locks a bulk's rows until its end. A fact that the row holds already is not
 * written again: evidence only grows.
 */
export async function recordFacts(
  collections: Collections,
  facts: readonly DeliveryFact[],
): Promise<ReadonlyMap<string, RowAddress>> {
  const { communications } = collections;
  const rows = await communications
    .find({ _id: { $in: [...new Set(facts.map(({ logId }) => logId))] } })
    .project<Known>({
      channel: 1,
      addressHash: 1,
      status: 1,
      evidence: 1,
      generation: 1,
      reason: 1,
      vendorMessageId: 1,
      handedOverAt: 1,
    })
    .toArray();
  const known = new Map(rows.map((row) => [row._id, row]));
  const news = facts.filter((fact) => {
    const row = known.get(fact.logId);
    return row !== undefined && !isDeepStrictEqual(foldFact(row, fact), row);
  });
  if (news.length > 0) {
    news.sort((a, b) => (a.logId < b.logId ? -1 : 1));
    const updates = news.map((fact) => ({ updateOne: { filter: { _id: fact.logId }, update: foldFactPipeline(fact) } }));
    await communications.bulkWrite(updates, { ordered: false });
  }
  await touch(collections, campaignsOf(known.keys()));
  return new Map(rows.map((row) => [row._id, addressOf(row)]));
}

function addressOf({ channel, generation, addressHash }: Known): RowAddress {
  return { channel, generation, ...(addressHash === undefined ? {} : { addressHash }) };
}
