import {
  compareCodePoints,
  type LineCount,
  type OrderLink,
  type Page,
  type PageRequest,
  pageOf,
  type QueryOptions,
  readCursor,
  type TimeSpan,
} from "@crm-engine/core/ports";
import { groupBy } from "../database/group-by.js";
import { runPipeline } from "../database/run-pipeline.js";
import type { Collections } from "../schema/collections.js";
import type { OrderDocument } from "../schema/order-documents.js";

type Placed = Pick<OrderDocument, "_id" | "customerId" | "type" | "amount" | "placedAt">;

/** Reads the orders of a page, and then what their customers had purchased up to then, which an index covers. */
export async function orderLinks({ orders }: Collections, { from, to }: TimeSpan, page: PageRequest): Promise<Page<OrderLink>> {
  const after = readCursor(page.cursor, ["number", "string"]);
  const inTime = { status: { $eq: "placed" as const }, placedAt: { $gte: Math.max(from, after?.[0] ?? from), $lt: to } };
  const beyond = after ? { $or: [{ placedAt: { $gt: after[0] } }, { _id: { $gt: after[1] } }] } : {};
  const rows = await orders
    .find({ ...inTime, ...beyond })
    .sort({ placedAt: 1, _id: 1 })
    .limit(page.limit + 1)
    .project<Placed>({ customerId: 1, type: 1, amount: 1, placedAt: 1 })
    .toArray();
  const purchases = rows.filter(({ type }) => type === "purchase");
  const earlier = await orders
    .find({
      customerId: { $in: [...new Set(purchases.map(({ customerId }) => customerId))] },
      type: { $eq: "purchase" },
      status: { $eq: "placed" },
      placedAt: { $lte: rows.at(-1)?.placedAt ?? 0 },
    })
    .project<Pick<Placed, "_id" | "customerId" | "placedAt">>({ customerId: 1, placedAt: 1 })
    .toArray();
  const byCustomer = groupBy(earlier.sort(byAge), ({ customerId }) => customerId);
  return pageOf(
    rows,
    page,
    ({ placedAt, _id }) => [placedAt, _id],
    (row) => linkOf(row, byCustomer.get(row.customerId) ?? []),
  );
}

function linkOf(order: Placed, purchases: readonly Pick<Placed, "_id" | "placedAt">[]): OrderLink {
  const { type, amount, placedAt } = order;
  if (type === "refund") return { type, amount, placedAt };
  const own = purchases.findLastIndex((one) => byAge(one, order) < 0) + 1;
  const [first = placedAt, previous, beforePrevious] = [purchases[0], purchases[own - 1], purchases[own - 2]].map(
    (purchase) => purchase?.placedAt,
  );
  return {
    ...{ type, amount, placedAt, first: Math.min(first, placedAt) },
    ...(previous === undefined ? {} : { previous }),
    ...(beforePrevious === undefined ? {} : { beforePrevious }),
  };
}

function byAge(a: Pick<Placed, "_id" | "placedAt">, b: Pick<Placed, "_id" | "placedAt">): number {
  return a.placedAt - b.placedAt || compareCodePoints(a._id, b._id);
}

interface LineGroup {
  readonly _id: Omit<LineCount, "lines">;
  readonly lines: number;
}

export async function orderLines(
  { orders }: Collections,
  { from, to }: TimeSpan,
  options?: QueryOptions,
): Promise<readonly LineCount[]> {
  const groups = await runPipeline<LineGroup>(
    orders,
    [
      { $match: { status: { $eq: "placed" }, placedAt: { $gte: from, $lt: to } } },
      { $unwind: "$items" },
      {
        $group: {
          _id: { type: "$type", sku: "$items.sku", name: "$items.name", price: "$items.price", quantity: "$items.quantity" },
          lines: { $sum: 1 },
        },
      },
    ],
    options,
  );
  return groups.map(({ _id: { name, ...line }, lines }) => ({ ...line, ...(typeof name === "string" ? { name } : {}), lines }));
}
