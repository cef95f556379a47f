import { type Communications, pageOf, readCursor } from "@crm-engine/core/ports";
import type { Collection, Filter } from "mongodb";
import type { Connection } from "../database/connection.js";
import type { CommunicationDocument } from "../schema/collections.js";
import { idsOfCampaign, toLog } from "../schema/communication-documents.js";
import { campaignStats, seenStatuses } from "./campaign-stats.js";
import { planRange } from "./plan-range.js";
import { recordFacts } from "./record-facts.js";
import { settleRows } from "./settle-rows.js";

export function mongoCommunications(connection: Connection, planTimeoutMs: number): Communications {
  const { use } = connection;
  return {
    ...settleRows(connection),
    plan: (range) => use((collections) => planRange(collections, range, planTimeoutMs)),
    get: (id) =>
      use(async ({ communications }) => {
        const document = await communications.findOne({ _id: { $eq: id } });
        return document ? toLog(document) : undefined;
      }),
    list: (filter, page) =>
      use(async ({ communications }) => {
        const rows = await communications
          .find(filterOf(filter, readCursor(page.cursor, ["string"])?.[0]))
          .sort({ _id: 1 })
          .limit(page.limit + 1)
          .toArray();
        return pageOf(rows, page, ({ _id }) => [_id], toLog);
      }),
    stats: (campaignId, options) => use(({ communications }) => campaignStats(communications, campaignId, options)),
    seen: (campaignId, options) => use(({ communications }) => seenStatuses(communications, campaignId, options)),
    record: (facts) => use((collections) => recordFacts(collections, facts)),
    remaining: (campaignId) => use(({ communications }) => remainingOf(communications, campaignId)),
  };
}

/** A campaign's rows are read as a range of ids, so listing one status scans them once, however many pages it takes. */
function filterOf(filter: Parameters<Communications["list"]>[0], after: string | undefined): Filter<CommunicationDocument> {
  const { campaignId, customerId, status } = filter;
  const tests: Filter<CommunicationDocument>[] = [
    ...(campaignId === undefined ? [] : [{ _id: idsOfCampaign(campaignId) }]),
    ...(customerId === undefined ? [] : [{ customerId: { $eq: customerId } }]),
    ...(status === undefined ? [] : [{ status: { $eq: status } }]),
    ...(after === undefined ? [] : [{ _id: { $gt: after } }]),
  ];
  return tests.length > 0 ? { $and: tests } : {};
}

/** Whether any row is open is one query: a row may move between the states at any time, and two queries could both miss it. */
async function remainingOf(
  communications: Collection<CommunicationDocument>,
  campaignId: string,
): ReturnType<Communications["remaining"]> {
  const rows = { campaignId: { $eq: campaignId } };
  const open = await communications.findOne(
    {
      $or: [
        { ...rows, status: "pending" },
        { ...rows, status: "claimed", leaseUntil: { $gt: 0 } },
      ],
    },
    { projection: { status: 1 } },
  );
  if (!open) return { pending: false, claimed: false };
  const [earliest, claimed] = await Promise.all([
    communications
      .find({ ...rows, status: "pending" })
      .sort({ dueAt: 1 })
      .limit(1)
      .project<{ readonly dueAt: number }>({ dueAt: 1 })
      .next(),
    communications
      .find({ ...rows, status: "claimed", leaseUntil: { $gt: 0 } })
      .limit(1)
      .project({ _id: 1 })
      .next(),
  ]);
  return {
    pending: earliest !== null,
    claimed: claimed !== null || earliest === null,
    ...(earliest ? { nextDueAt: earliest.dueAt } : {}),
  };
}
