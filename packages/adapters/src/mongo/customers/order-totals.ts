import { isDeepStrictEqual } from "node:util";
import { bareCustomer, type Instant, MAX_ORDERS_TOTAL, type OrderChange, type Recount, type Stamp } from "@crm-engine/core/ports";
import type { Collection, Document, Filter } from "mongodb";
import { blocksIn, type OrderBlock, type OrderBlocks, sumsOf, withBlocks } from "../../order-blocks.js";
import { groupBy } from "../database/group-by.js";
import { repeatMissed } from "../database/repeat-missed.js";
import { NOT_ERASED } from "../query/not-erased.js";
import type { Collections } from "../schema/collections.js";
import {
  type CustomerDocument,
  OPTIONAL_TOTALS,
  type TombstoneDocument,
  type TotalsDocument,
  toProfile,
  toTotals,
} from "../schema/customer-documents.js";
import type { OrderDocument } from "../schema/order-documents.js";
import { type GuardedWrite, writeGuarded } from "./guarded-writes.js";

/** What a caller wrote, or found written, of a customer's orders. */
export interface TouchedBlocks {
  /** The newest of their stamps. */
  readonly newest: Stamp;
  readonly blocks: ReadonlySet<number>;
}

/**
 * Sets each customer's totals to those of the stored orders, and inserts a bare customer if there is none. Only the blocks touched
 * are summed again, unless no blocks stand. The version is read before the orders are (`standing`: even before they were written) and
 * raised with the totals, so a later writer has read the orders later. Hence the last of any number of racing writers has seen
 * every order whose writer has finished, and repeating the call repairs what a dead writer left. An erased customer is revived
 * only if the caller's newest order is newer than the erasure.
 */
export function refreshTotals(
  collections: Collections,
  touched: ReadonlyMap<string, TouchedBlocks>,
  { now, standing: read }: { readonly now: Instant; readonly standing: StandingCustomers },
): Promise<void> {
  let first: StandingCustomers | undefined = read;
  return repeatMissed([...touched.keys()], async (left) => {
    const standing = first ?? (await readCustomers(collections, left));
    first = undefined;
    const known = new Map(left.map((id) => [id, standing.get(id)]));
    const summed = await sumBlocks(collections.orders, selectionsOf(known, touched));
    const writes = left.flatMap((id) => {
      const blocks = withBlocks(blocksOf(known.get(id)), summed.get(id));
      return totalsWrite(id, known.get(id), sumsOf(blocks), { newest: touched.get(id)?.newest, now }) ?? [];
    });
    const missed = await writeGuarded(collections.customers, "ordersVersion", writes);
    return left.filter((id) => missed.has(id));
  });
}

export async function recountTotals(
  collections: Collections,
  { after = "", limit }: { readonly after?: string; readonly limit: number },
): Promise<Recount> {
  const found = collections.customers.find({ _id: { $gt: after }, ...NOT_ERASED }).sort({ _id: 1 });
  const ids = (await found.limit(limit).project<{ readonly _id: string }>({ _id: 1 }).toArray()).map(({ _id }) => _id);
  const corrected = await recountCustomers(collections, ids);
  const lastId = ids.at(-1);
  return { checked: ids.length, corrected, ...(lastId === undefined ? {} : { lastId }) };
}

/**
 * By the same compare-and-set, so that orders written meanwhile are in their writer's totals or in these. Returns, in order, the ids whose
 * totals were wrong.
 */
export async function recountCustomers(collections: Collections, ids: readonly string[]): Promise<readonly string[]> {
  const corrected = new Set<string>();
  await repeatMissed(ids, async (left) => {
    const standing = await readCustomers(collections, left);
    const summed = await sumBlocks(collections.orders, [{ ids: left }]);
    const writes = left.flatMap((id) => correction(standing.get(id), sumsOf(withBlocks([], summed.get(id)))) ?? []);
    const missed = await writeGuarded(collections.customers, "ordersVersion", writes);
    for (const { id } of writes) if (!missed.has(id)) corrected.add(id);
    return [...missed];
  });
  return [...corrected].sort();
}

/** The state of a customer before its orders are applied: totals and versions, or the tombstone. */
type Standing =
  | Pick<CustomerDocument, "_id" | "ordersVersion" | "erased" | "erasedStamp" | keyof TotalsDocument>
  | TombstoneDocument;
export type StandingCustomers = ReadonlyMap<string, Standing>;

export async function readCustomers({ customers }: Collections, ids: readonly string[]): Promise<StandingCustomers> {
  const found = customers.find({ _id: { $in: ids } }).project<Standing>(STANDING);
  return new Map((await found.toArray()).map((document) => [document._id, document]));
}

const STANDING = {
  version: 1,
  ordersVersion: 1,
  orderCount: 1,
  totalSpend: 1,
  firstOrderAt: 1,
  lastOrderAt: 1,
  orderRows: 1,
  orderAmounts: 1,
  orderBlocks: 1,
  erased: 1,
  erasedStamp: 1,
} as const;

/**
 * The blocks that orders are put into and held against the limit. A tombstone has none, and what a dead writer left is in nobody's
 * sums: of the erased, and of whoever is past half of the limit, all orders are summed.
 */
export async function blocksToFill(
  { orders }: Collections,
  changes: readonly OrderChange[],
  standing: StandingCustomers,
): Promise<ReadonlyMap<string, OrderBlocks>> {
  const byCustomer = groupBy(changes, ({ customerId }) => customerId);
  const known = new Map([...byCustomer.keys()].map((id) => [id, blocksOf(standing.get(id))]));
  const unsure = [...byCustomer].flatMap(([id, own]) => {
    const amounts = [...(known.get(id) ?? []).map((block) => block.amounts), ...own.map(({ amount }) => amount)];
    const isNear = amounts.reduce((sum, amount) => sum + amount, 0) > MAX_ORDERS_TOTAL / 2;
    return isNear || standing.get(id)?.erased ? [id] : [];
  });
  if (unsure.length === 0) return known;
  const summed = await sumBlocks(orders, [{ ids: unsure }]);
  return new Map([...known, ...unsure.map((id) => [id, withBlocks([], summed.get(id))] as const)]);
}

function blocksOf(standing: Standing | undefined): OrderBlocks {
  return standing && !standing.erased ? blocksIn(standing) : [];
}

/** Customers, and which of their blocks; all, if it doesn't say. */
interface Selection {
  readonly ids: readonly string[];
  readonly blocks?: readonly number[];
}

/** Customers with the same blocks are selected together, which are most. */
function selectionsOf(
  known: ReadonlyMap<string, Standing | undefined>,
  touched: ReadonlyMap<string, TouchedBlocks>,
): readonly Selection[] {
  const blocks = (id: string): readonly number[] | undefined =>
    blocksOf(known.get(id)).length > 0 ? [...(touched.get(id)?.blocks ?? [])].sort((a, b) => a - b) : undefined;
  return [...groupBy([...known.keys()], (id) => String(blocks(id))).values()].map((ids) => {
    const some = blocks(ids[0] ?? "");
    return { ids, ...(some ? { blocks: some } : {}) };
  });
}

/** The sums of customers' blocks, as core's `totalsOf`: spend is placed purchases less refunds, the rest is of placed purchases. */
export async function sumBlocks(
  orders: Collection<OrderDocument>,
  selections: readonly Selection[],
): Promise<ReadonlyMap<string, ReadonlyMap<number, OrderBlock>>> {
  const ofPlaced = (purchase: unknown, refund: unknown, cancelled: unknown): Document => ({
    $cond: [{ $eq: ["$status", "placed"] }, { $cond: [{ $eq: ["$type", "purchase"] }, purchase, refund] }, cancelled],
  });
  const filters = selections.map(
    ({ ids, blocks }): Filter<OrderDocument> => ({ customerId: { $in: ids }, ...(blocks ? { block: { $in: blocks } } : {}) }),
  );
  const rows = await orders
    .aggregate<BlockRow>([
      { $match: filters.length === 1 ? filters[0] : { $or: filters } },
      {
        $group: {
          _id: { customer: "$customerId", block: "$block" },
          rows: { $sum: 1 },
          amounts: { $sum: "$amount" },
          orderCount: { $sum: ofPlaced(1, 0, 0) },
          totalSpend: { $sum: ofPlaced("$amount", { $subtract: [0, "$amount"] }, 0) },
          firstOrderAt: { $min: ofPlaced("$placedAt", null, null) },
          lastOrderAt: { $max: ofPlaced("$placedAt", null, null) },
        },
      },
    ])
    .toArray();
  const byCustomer = groupBy(rows, ({ _id }) => _id.customer);
  return new Map([...byCustomer].map(([id, own]) => [id, new Map(own.map((row) => [row._id.block, toBlock(row)]))]));
}

type BlockRow = Record<keyof OrderBlock, number | null> & { readonly _id: { readonly customer: string; readonly block: number } };

function totalsWrite(
  id: string,
  standing: Standing | undefined,
  totals: TotalsDocument,
  { newest = Number.NEGATIVE_INFINITY, now }: { readonly newest: Stamp | undefined; readonly now: Instant },
): GuardedWrite | undefined {
  if (standing && !standing.erased) return totalsUpdate(standing, totals);
  if (standing && newest <= standing.erasedStamp) return undefined;
  const bare = { ...toProfile(bareCustomer(id, now)), ...totals };
  return standing ? { id, revive: bare, tombstone: standing } : { id, insert: bare };
}

function correction(standing: Standing | undefined, totals: TotalsDocument): GuardedWrite | undefined {
  if (!standing || standing.erased) return undefined;
  return isDeepStrictEqual(toTotals(standing), totals) ? undefined : totalsUpdate(standing, totals);
}

function totalsUpdate(standing: Standing, totals: TotalsDocument): GuardedWrite {
  const unset = OPTIONAL_TOTALS.filter((field) => totals[field] === undefined);
  return { id: standing._id, expected: standing.ordersVersion, set: totals, unset };
}

function toBlock({ rows, amounts, orderCount, totalSpend, firstOrderAt, lastOrderAt }: BlockRow): OrderBlock {
  return {
    rows: rows ?? 0,
    amounts: amounts ?? 0,
    orderCount: orderCount ?? 0,
    totalSpend: totalSpend ?? 0,
    ...(firstOrderAt === null ? {} : { firstOrderAt }),
    ...(lastOrderAt === null ? {} : { lastOrderAt }),
  };
}
