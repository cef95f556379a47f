import {
  logId,
  type OrderGroup,
  type QueryOptions,
  type RecipientOrders,
  SUM_UNIT,
  statusesWith,
  sumOf,
  type TimeSpan,
} from "@crm-engine/core/ports";
import { customerIdIn } from "../../former-orders.js";
import { groupBy } from "../database/group-by.js";
import { runPipeline } from "../database/run-pipeline.js";
import type { Collections } from "../schema/collections.js";

/** Log rows that are looked up at once. */
const ROWS = 1_000;

interface Group extends Pick<OrderGroup, "count" | "high" | "low"> {
  readonly _id: { readonly customerId: string; readonly type: OrderGroup["type"] };
}

/** The server sums the orders of each customer; the log rows of these are looked up by their ids, under which each is at once. */
export async function ofRecipients(
  { orders, communications }: Collections,
  campaignId: string,
  { from, to }: TimeSpan,
  options?: QueryOptions,
): Promise<RecipientOrders> {
  const low = { $mod: ["$amount", SUM_UNIT] };
  const groups = await runPipeline<Group>(
    orders,
    [
      { $match: { status: { $eq: "placed" }, placedAt: { $gte: from, $lt: to } } },
      {
        $group: {
          _id: { customerId: "$customerId", type: "$type" },
          count: { $sum: 1 },
          high: { $sum: { $divide: [{ $subtract: ["$amount", low] }, SUM_UNIT] } },
          low: { $sum: low },
        },
      },
    ],
    options,
  );
  const byId = groupBy(groups, ({ _id }) => logId(campaignId, customerIdIn(_id.customerId)));
  const messaged = { $or: statusesWith("messaged").map((status) => ({ [`evidence.${status}`]: { $exists: true } })) };
  const sums = { customers: 0, purchases: 0, purchased: 0n, refunds: 0, refunded: 0n };
  const ids = [...byId.keys()];
  for (let first = 0; first < ids.length; first += ROWS) {
    options?.signal?.throwIfAborted();
    const some = { _id: { $in: ids.slice(first, first + ROWS) }, ...messaged };
    const found = await communications.find(some).project<{ readonly _id: string }>({ _id: 1 }).toArray();
    for (const { _id: id } of found) {
      const own = byId.get(id) ?? [];
      if (own.some(({ _id }) => _id.type === "purchase")) sums.customers += 1;
      for (const { _id, count, ...parts } of own) {
        if (_id.type === "purchase") {
          sums.purchases += count;
          sums.purchased += sumOf(parts);
        } else {
          sums.refunds += count;
          sums.refunded += sumOf(parts);
        }
      }
    }
  }
  return sums;
}
