import {
  evidenceOf,
  logId,
  type QueryOptions,
  type RecipientOrders,
  type StoredOrder,
  SUM_UNIT,
  sumOf,
  type TimeSpan,
} from "@crm-engine/core/ports";
import type { Document } from "mongodb";
import { customerIdIn } from "../../former-orders.js";
import { groupBy } from "../database/group-by.js";
import { runPipeline, streamPipeline } from "../database/run-pipeline.js";
import type { Collections } from "../schema/collections.js";

/** What the orders of a time add up to that refer to one id; sums in parts of `SUM_UNIT`. */
interface Group {
  readonly _id: string;
  readonly purchases: number;
  readonly purchasedHigh: number;
  readonly purchasedLow: number;
  readonly refunds: number;
  readonly refundedHigh: number;
  readonly refundedLow: number;
}

type Sums = { -readonly [K in keyof RecipientOrders]: RecipientOrders[K] };

/** Log rows that are looked up at once. */
const BATCH = 1_000;

/**
 * The server sums each customer's orders, and as these sums come in, the log rows are looked up by their ids: neither the customers who
 * bought nor the campaign's rows are ever held as a whole.
 */
export async function ofRecipients(
  collections: Collections,
  campaignId: string,
  time: TimeSpan,
  options: QueryOptions = {},
): Promise<RecipientOrders> {
  const sums: Sums = { purchases: 0, purchased: 0n, refunds: 0, refunded: 0n, customers: 0 };
  const formerBuyers = new Set<string>();
  const groups = streamPipeline<Group>(collections.orders, [placedIn(time), BY_CUSTOMER], BATCH, options);
  for await (const batch of groups) {
    const byRow = groupBy(batch, ({ _id }) => logId(campaignId, customerIdIn(_id)));
    for (const id of await sentRows(collections, [...byRow.keys()], options)) {
      for (const group of byRow.get(id) ?? []) {
        addTo(sums, group);
        const customerId = customerIdIn(group._id);
        if (group.purchases === 0) continue;
        if (customerId === group._id) sums.customers += 1;
        else formerBuyers.add(customerId);
      }
    }
  }
  // Who came back after an erasure, and bought in the same time, was counted already.
  sums.customers += formerBuyers.size - (await countBuyers(collections, [...formerBuyers], time, options));
  return sums;
}

function placedIn({ from, to }: TimeSpan): Document {
  return { $match: { placedAt: { $gte: from, $lt: to }, status: { $eq: "placed" } } };
}

const LOW: Document = { $mod: ["$amount", SUM_UNIT] };
const HIGH: Document = { $divide: [{ $subtract: ["$amount", LOW] }, SUM_UNIT] };
const sumIf = (type: StoredOrder["type"], value: unknown): Document => ({
  $sum: { $cond: [{ $eq: ["$type", type] }, value, 0] },
});
const BY_CUSTOMER: Document = {
  $group: {
    _id: "$customerId",
    purchases: sumIf("purchase", 1),
    purchasedHigh: sumIf("purchase", HIGH),
    purchasedLow: sumIf("purchase", LOW),
    refunds: sumIf("refund", 1),
    refundedHigh: sumIf("refund", HIGH),
    refundedLow: sumIf("refund", LOW),
  },
};

function addTo(sums: Sums, group: Group): void {
  sums.purchases += group.purchases;
  sums.purchased += sumOf({ high: group.purchasedHigh, low: group.purchasedLow });
  sums.refunds += group.refunds;
  sums.refunded += sumOf({ high: group.refundedHigh, low: group.refundedLow });
}

/** Those of the log rows whose message a vendor took. */
async function sentRows(
  { communications }: Collections,
  ids: readonly string[],
  options: QueryOptions,
): Promise<readonly string[]> {
  const messaged = { $or: evidenceOf("messaged").map((status) => ({ [`evidence.${status}`]: { $exists: true } })) };
  const rows = [{ $match: { _id: { $in: ids }, ...messaged } }, { $project: { _id: 1 } }];
  return (await runPipeline<{ readonly _id: string }>(communications, rows, options)).map(({ _id }) => _id);
}

/** How many of these ids purchased in the time, under just this id. */
async function countBuyers(
  { orders }: Collections,
  customerIds: readonly string[],
  time: TimeSpan,
  options: QueryOptions,
): Promise<number> {
  let buyers = 0;
  for (let first = 0; first < customerIds.length; first += BATCH) {
    const among = { $match: { customerId: { $in: customerIds.slice(first, first + BATCH) }, type: { $eq: "purchase" } } };
    buyers += (await runPipeline(orders, [among, placedIn(time), { $group: { _id: "$customerId" } }], options)).length;
  }
  return buyers;
}
