import { CrmError, logId, type PlanRange } from "@crm-engine/core/ports";
import type { Document } from "mongodb";
import { isDuplicateKey } from "../database/errors.js";
import { SERVER_NOW } from "../database/server-clock.js";
import { analyseCondition } from "../query/analyse-condition.js";
import { selectCustomers } from "../query/select-customers.js";
import type { Collections } from "../schema/collections.js";

const MERGE_ATTEMPTS = 5;

/**
 * One aggregation that ends in `$merge`: no row passes through this process, rows that are there stay as they are, and the server
 * gives up after `maxTimeMS`. The planner's epoch is checked just before the statement starts, so that a planner that has lost its
 * lease adds nothing. Returns rows added; if two plan one range at the same time, what both added.
 */
export async function planRange(collections: Collections, range: PlanRange, maxTimeMS: number): Promise<number> {
  const { campaigns, customers, communications } = collections;
  const before = await countRange({ communications }, range, maxTimeMS);
  await merge(async () => {
    if (await isPlanner(campaigns, range)) await customers.aggregate(planPipeline(range, collections), { maxTimeMS }).toArray();
  });
  return (await countRange({ communications }, range, maxTimeMS)) - before;
}

async function isPlanner(campaigns: Collections["campaigns"], { campaignId, epoch }: PlanRange): Promise<boolean> {
  if (epoch === undefined) return true;
  return (await campaigns.countDocuments({ _id: { $eq: campaignId }, status: "planning", "plan.epoch": epoch })) === 1;
}

/** The ids are always bounded, if only by "", so that the server reads and joins by `_id` whatever its statistics say. */
function planPipeline(range: PlanRange, collections: Collections): Document[] {
  const { campaignId, channel, condition, after, upTo, plannedAt } = range;
  const ids = { ...(after === undefined ? { $gte: "" } : { $gt: after }), ...(upTo === undefined ? {} : { $lte: upTo }) };
  const row = {
    _id: { $concat: [{ $literal: `${campaignId}:` }, "$_id"] },
    campaignId: { $literal: campaignId },
    customerId: "$_id",
    channel: { $literal: channel },
    status: { $literal: "pending" },
    generation: { $literal: 1 },
    reopening: { $literal: 0 },
    attempts: { $literal: 0 },
    evidence: { $literal: {} },
    plannedAt: { $literal: plannedAt },
    // The caller's clock may be ahead of the server's, on which rows are due.
    dueAt: { $min: [{ $literal: plannedAt }, SERVER_NOW] },
    updatedAt: SERVER_NOW,
    epoch: { $literal: 0 },
    leaseUntil: { $literal: 0 },
    call: { $literal: "" },
  };
  const { filter, stages } = selectCustomers(analyseCondition(condition), collections);
  const { collectionName: into } = collections.communications;
  return [
    { $match: { $and: [{ _id: ids }, filter] } },
    ...stages,
    { $project: row },
    { $merge: { into, on: "_id", whenMatched: "keepExisting", whenNotMatched: "insert" } },
  ];
}

/** If two plan one range at once, some servers fail on a row that the other has just written: then the whole runs again. */
async function merge(run: () => Promise<unknown>): Promise<void> {
  let cause: unknown;
  for (let attempts = 0; attempts < MERGE_ATTEMPTS; attempts++) {
    try {
      await run();
      return;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      cause = error;
    }
  }
  throw new CrmError("unavailable", "MongoDB is too busy: others kept planning the same range.", { cause });
}

async function countRange(
  { communications }: Pick<Collections, "communications">,
  range: PlanRange,
  maxTimeMS: number,
): Promise<number> {
  const { campaignId, after = "", upTo } = range;
  const end = upTo === undefined ? { $lt: `${campaignId};` } : { $lte: logId(campaignId, upTo) };
  return communications.countDocuments({ _id: { $gt: logId(campaignId, after), ...end } }, { maxTimeMS });
}
