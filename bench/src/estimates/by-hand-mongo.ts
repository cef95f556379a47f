import type { Document } from "mongodb";
import { CAMPAIGN } from "../population/load.js";
import { DAY_MS, NOW, sku } from "../population/people.js";
import { JULY } from "./typical-rules.js";

export interface HandPipeline {
  readonly on: string;
  readonly stages: readonly Document[];
}

const JUNE = Date.parse("2026-06-01T00:00:00Z");
const COUNT = { $count: "n" };
/**
 * The typical rules as pipelines, as somebody would write them who knows the collections and their indexes. They don't look whether
 * a buyer was erased, as ours do: in this data nobody was.
 */
export function byHandMongo(): Readonly<Record<string, HandPipeline>> {
  const customers = (...filter: readonly Document[]): HandPipeline => ({
    on: "crm.customers",
    stages: [{ $match: { $and: [...filter] } }, COUNT],
  });
  return {
    spent: customers({ totalSpend: { $gt: 1_000_000 } }),
    "spent-and-away": customers({ totalSpend: { $gt: 100_000 } }, { $nor: [{ lastVisitAt: { $gte: JUNE, $lt: NOW } }] }),
    tagged: customers({ tags: { $in: ["vip", "wholesale"] } }, { "consent.email.state": "subscribed" }),
    attributes: customers(
      { attributes: { $elemMatch: { k: "plan", t: "pro" } } },
      { attributes: { $elemMatch: { k: "city", t: { $in: ["City 7", "City 8"] } } } },
    ),
    often: ofOrders(90, { n: { $sum: 1 } }, { n: { $gte: 3 } }),
    bought: {
      on: "crm.orders",
      stages: [
        { $match: { "items.sku": sku(7), placedAt: { $gte: NOW - 365 * DAY_MS, $lt: NOW }, type: "purchase" } },
        { $group: { _id: "$customerId" } },
        COUNT,
      ],
    },
    average: ofOrders(180, { average: { $avg: "$amount" } }, { average: { $gt: 50_000 } }),
    unopened: {
      on: "crm.communications",
      stages: [
        {
          $match: {
            _id: { $gt: `${CAMPAIGN}:`, $lt: `${CAMPAIGN};` },
            "evidence.delivered": { $exists: true },
            "evidence.opened": { $exists: false },
          },
        },
        COUNT,
      ],
    },
    birthday: customers({ attributes: { $elemMatch: { k: "born", w: { $regex: "^....-07-0[1-8]", $lt: "2026-07-09" } } } }),
    "lapsed-or-vip": customers(
      { $or: [{ totalSpend: { $gt: 500_000 } }, { lastOrderAt: { $lt: NOW - 365 * DAY_MS } }] },
      {
        $expr: {
          $lt: [{ $mod: [{ $add: [{ $multiply: ["$sampleHash", JULY.factor] }, JULY.offset] }, 2_147_483_647] }, 214_748_364],
        },
      },
    ),
  };
}

function ofOrders(days: number, figure: Document, having: Document): HandPipeline {
  return {
    on: "crm.orders",
    stages: [
      { $match: { placedAt: { $gte: NOW - days * DAY_MS, $lt: NOW }, type: "purchase" } },
      { $group: { _id: "$customerId", ...figure } },
      { $match: having },
      COUNT,
    ],
  };
}
