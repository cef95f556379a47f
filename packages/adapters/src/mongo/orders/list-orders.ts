import {
  type FilteredTotals,
  filteredTotals,
  type OrderFilter,
  type OrderGroup,
  type Page,
  type PageRequest,
  pageOf,
  type QueryOptions,
  readCursor,
  type StoredOrder,
  SUM_UNIT,
} from "@crm-engine/core/ports";
import type { Document, Filter } from "mongodb";
import { formerIds } from "../../former-orders.js";
import { runPipeline } from "../database/run-pipeline.js";
import type { Collections } from "../schema/collections.js";
import { type OrderDocument, toOrder } from "../schema/order-documents.js";

const HOUR_MS = 3_600_000;
const LOOK_BACK_MS = [HOUR_MS, 24 * HOUR_MS, 20 * 24 * HOUR_MS, 200 * 24 * HOUR_MS];

export async function listOrders(
  collections: Collections,
  filter: OrderFilter & { readonly present?: true },
  page: PageRequest,
): Promise<Page<StoredOrder>> {
  const after = readCursor(page.cursor, ["number", "string"]);
  const filters: readonly Filter<OrderDocument>[] = [
    ...(await filtersOf(collections, filter)),
    ...(after ? [{ placedAt: { $lte: after[0] } }, { $or: [{ placedAt: { $lt: after[0] } }, { _id: { $lt: after[1] } }] }] : []),
  ];
  const upTo = Math.min(filter.to ?? Number.POSITIVE_INFINITY, after?.[0] ?? Date.now());
  const isOfFew = filter.customerId !== undefined || filter.batchId !== undefined;
  const starts = isOfFew ? [] : LOOK_BACK_MS.map((ms) => upTo - ms).filter((start) => start > (filter.from ?? 0));
  const rows = await newestFirst(collections, filters, { starts, limit: page.limit + 1 });
  return pageOf(rows, page, ({ placedAt, _id }) => [placedAt, _id], toOrder);
}

/**
 * DocumentDB sorts all that a filter leaves, whatever indexes there are: a list of a million orders would take seconds. So the page is looked
 * for among the newest first: where these fill it, no older one belongs to it.
 */
async function newestFirst(
  { orders }: Collections,
  filters: readonly Filter<OrderDocument>[],
  { starts, limit }: { readonly starts: readonly number[]; readonly limit: number },
): Promise<OrderDocument[]> {
  const read = (more: readonly Filter<OrderDocument>[]): Promise<OrderDocument[]> =>
    orders
      .find(allOf([...filters, ...more]))
      .sort({ placedAt: -1, _id: -1 })
      .limit(limit)
      .toArray();
  for (const start of starts) {
    const rows = await read([{ placedAt: { $gte: start } }]);
    if (rows.length === limit) return rows;
  }
  return read([]);
}

interface Group extends Pick<OrderGroup, "count" | "high" | "low"> {
  readonly _id: Pick<OrderGroup, "type" | "status">;
}

const LOW: Document = { $mod: ["$amount", SUM_UNIT] };
/** In parts of `SUM_UNIT`, since no server's sum of numbers past 2^53 is exact. */
const BY_TYPE_AND_STATUS: Document = {
  $group: {
    _id: { type: "$type", status: "$status" },
    count: { $sum: 1 },
    high: { $sum: { $divide: [{ $subtract: ["$amount", LOW] }, SUM_UNIT] } },
    low: { $sum: LOW },
  },
};

export async function totalOrders(
  collections: Collections,
  filter: OrderFilter,
  options?: QueryOptions,
): Promise<FilteredTotals> {
  const filters = await filtersOf(collections, filter);
  const groups = await runPipeline<Group>(collections.orders, [{ $match: allOf(filters) }, BY_TYPE_AND_STATUS], options);
  return filteredTotals(
    groups.map(({ _id, ...sums }) => ({ ..._id, ...sums })),
    filter,
  );
}

function allOf(filters: readonly Filter<OrderDocument>[]): Filter<OrderDocument> {
  return filters.length > 0 ? { $and: [...filters] } : {};
}

async function filtersOf(
  { customers }: Collections,
  filter: OrderFilter & { readonly present?: true },
): Promise<readonly Filter<OrderDocument>[]> {
  const { customerId, present, from, to, sku, channel, batchId, type, status } = filter;
  const owners = customerId === undefined || present ? [] : await ownersOf(customers, customerId);
  return [
    ...(customerId === undefined ? [] : [{ customerId: owners.length > 1 ? { $in: owners } : { $eq: customerId } }]),
    ...(batchId === undefined ? [] : [{ batchId: { $eq: batchId } }]),
    ...(sku === undefined ? [] : [{ "items.sku": { $eq: sku } }]),
    ...(channel === undefined ? [] : [{ channel: { $eq: channel } }]),
    ...(type === undefined ? [] : [{ type: { $eq: type } }]),
    ...(status === undefined ? [] : [{ status: { $eq: status } }]),
    ...(from === undefined ? [] : [{ placedAt: { $gte: from } }]),
    ...(to === undefined ? [] : [{ placedAt: { $lt: to } }]),
  ];
}

/** The ids to which a customer's orders refer, and those that it had before it was erased. */
async function ownersOf(customers: Collections["customers"], customerId: string): Promise<string[]> {
  const { after, before } = formerIds(customerId);
  const former = await customers
    .find({ _id: { $gt: after, $lt: before } })
    .project<{ readonly _id: string }>({ _id: 1 })
    .toArray();
  return [customerId, ...former.map(({ _id }) => _id)];
}
