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

/** Orders of everyone are read as they are; those of others are looked up for each of them, which an index leads to. */
function countLines({ on, stages, sign, isEveryone }: Addend, { orders }: Collections, choice: ProductChoice): PipelineOn {
  const placed = { $match: { status: { $eq: "placed" } } };
  if (isEveryone) {
    return { on: "orders", stages: [placed, { $match: notFormer("customerId") }, ...linesOf(choice), countBy("$", sign)] };
  }
  const lookUp = {
    from: orders.collectionName,
    localField: "_id",
    foreignField: "customerId",
    pipeline: [placed, ...linesOf(choice)],
    as: "line",
  };
  return {
    on,
    stages: [...stages, { $project: { _id: 1 } }, { $lookup: lookUp }, { $unwind: "$line" }, countBy("$line.", sign)],
  };
}

/** Of orders, the lines that are asked for. */
function linesOf(choice: ProductChoice): readonly Document[] {
  const sold = "skus" in choice ? [{ $match: { "items.sku": { $in: choice.skus } } }] : [];
  const line = { type: 1, sku: "$items.sku", price: "$items.price", quantity: "$items.quantity" };
  return [...sold, { $unwind: "$items" }, ...sold, { $project: { _id: 0, ...line } }];
}

function countBy(prefix: "$" | "$line.", sign: 1 | -1): Document {
  const line = { type: `${prefix}type`, sku: `${prefix}sku`, price: `${prefix}price`, quantity: `${prefix}quantity` };
  return { $group: { _id: line, lines: { $sum: sign } } };
}
