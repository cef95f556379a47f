import {
  type Condition,
  type LineCount,
  type ProductChoice,
  ProductSales,
  type QueryOptions,
  type SoldProduct,
} from "@crm-engine/core/ports";
import type { Document } from "mongodb";
import { streamPipeline } from "../database/run-pipeline.js";
import { type Addend, addendsOf, notFormer, unite } from "../query/add-up.js";
import { analyseCondition } from "../query/analyse-condition.js";
import type { PipelineOn } from "../query/count-customers.js";
import type { Collections } from "../schema/collections.js";

interface Group {
  readonly _id: Pick<LineCount, "type" | "sku" | "price" | "quantity">;
  readonly lines: number;
}

const BATCH = 1_000;

/** The server counts lines by what they sell, and these counts are summed as they come in: its own sums of fractions are not exact. */
export async function soldProducts(
  collections: Collections,
  condition: Condition,
  choice: ProductChoice,
  options?: QueryOptions,
): Promise<readonly SoldProduct[]> {
  const [first, ...others] = addendsOf(analyseCondition(condition), collections, "ids");
  const counted = (addend: Addend) => countLines(addend, collections, choice);
  const { on, stages } = unite([counted(first), ...others.map(counted)], collections);
  const sales = new ProductSales();
  for await (const groups of streamPipeline<Group>(collections[on], stages, BATCH, options)) {
    for (const { _id, lines } of groups) sales.add(_id, _id.type === "refund" ? -lines : lines);
  }
  return sales.chosen(choice);
}

/**
 * Orders of everyone are read as they are; those of others are looked up for each of them, by an index. Lines are taken apart afterwards: with an
 * `$unwind` in the lookup's pipeline DocumentDB takes minutes instead of seconds.
 */
function countLines({ on, stages, sign, isEveryone }: Addend, { orders }: Collections, choice: ProductChoice): PipelineOn {
  const placed = { $match: { status: { $eq: "placed" } } };
  if (isEveryone) {
    const all = [placed, { $match: notFormer("customerId") }, ...soldIn("", choice)];
    return { on: "orders", stages: [...all, ...countBy("", choice, sign)] };
  }
  const lookUp = {
    from: orders.collectionName,
    localField: "_id",
    foreignField: "customerId",
    pipeline: [placed, ...soldIn("", choice)],
    as: "order",
  };
  const looked = [{ $project: { _id: 1 } }, { $lookup: lookUp }, { $unwind: "$order" }];
  return { on, stages: [...stages, ...looked, ...countBy("order.", choice, sign)] };
}

function countBy(prefix: "" | "order.", choice: ProductChoice, sign: 1 | -1): readonly Document[] {
  const items = `$${prefix}items`;
  const line = { type: `$${prefix}type`, sku: `${items}.sku`, price: `${items}.price`, quantity: `${items}.quantity` };
  return [{ $unwind: items }, ...soldIn(prefix, choice), { $group: { _id: line, lines: { $sum: sign } } }];
}

/** Orders in which one of the products was sold, or their lines. */
function soldIn(prefix: "" | "order.", choice: ProductChoice): readonly Document[] {
  return "skus" in choice ? [{ $match: { [`${prefix}items.sku`]: { $in: choice.skus } } }] : [];
}
