import type { Communications } from "@crm-engine/core/ports";
import type { Collection } from "mongodb";
import type { Connection } from "../database/connection.js";
import type { CommunicationDocument } from "../schema/collections.js";
import { toLog } from "../schema/communication-documents.js";
import { campaignStats, seenStatuses } from "./campaign-stats.js";
import { listRows, searchRows } from "./list-rows.js";
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
    list: (filter, page) => use(({ communications }) => listRows(communications, filter, page)),
    search: (found, page) => use(({ communications }) => searchRows(communications, found, page)),
    stats: (campaignId, options) => use(({ communications }) => campaignStats(communications, campaignId, options)),
    seen: (campaignId, options) => use(({ communications }) => seenStatuses(communications, campaignId, options)),
    record: (facts) => use((collections) => recordFacts(collections, facts)),
    remaining: (campaignId) => use(({ communications }) => remainingOf(communications, campaignId)),
  };
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
