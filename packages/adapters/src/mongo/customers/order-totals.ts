import { isDeepStrictEqual } from "node:util";
import { bareCustomer, type Recount, type Stamp } from "@crm-engine/core/ports";
import type { Collection, Document } from "mongodb";
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

/**
 * Sets each customer's totals to those of the stored orders, and inserts a bare customer if there is none. The version is read
 * before the orders are (`read`: even before they were written) and raised with the totals, so a later writer has read the orders
 * later. Hence the last of any number of racing writers has seen every order whose writer has finished, and repeating the call
 * repairs what a dead writer left. An erased customer is revived only if the caller's newest order is newer than the erasure.
 */
export function refreshTotals(
  collections: Collections,
  newest: ReadonlyMap<string, Stamp>,
  read: StandingCustomers,
): Promise<void> {
  let first: StandingCustomers | undefined = read;
  return repeatMissed([...newest.keys()], async (left) => {
    const standing = first ?? (await readCustomers(collections, left));
    first = undefined;
    const totals = await sumOrders(collections.orders, left);
    const writes = left.flatMap((id) => totalsWrite(id, standing.get(id), totals.get(id) ?? NO_ORDERS, newest.get(id)) ?? []);
    const missed = await writeGuarded(collections.customers, "ordersVersion", writes);
    return left.filter((id) => missed.has(id));
  });
}

/** By the same compare-and-set, so that orders written meanwhile are in their writer's totals or in these. */
export async function recountTotals(
  collections: Collections,
  { after = "", limit }: { readonly after?: string; readonly limit: number },
): Promise<Recount> {
  const found = collections.customers.find({ _id: { $gt: after }, ...NOT_ERASED }).sort({ _id: 1 });
  const ids = (await found.limit(limit).project<{ readonly _id: string }>({ _id: 1 }).toArray()).map(({ _id }) => _id);
  const corrected = new Set<string>();
  await repeatMissed(ids, async (left) => {
    const standing = await readCustomers(collections, left);
    const totals = await sumOrders(collections.orders, left);
    const writes = left.flatMap((id) => correction(standing.get(id), totals.get(id) ?? NO_ORDERS) ?? []);
    const missed = await writeGuarded(collections.customers, "ordersVersion", writes);
    for (const { id } of writes) if (!missed.has(id)) corrected.add(id);
    return [...missed];
  });
  const lastId = ids.at(-1);
  return { checked: ids.length, corrected: [...corrected].sort(), ...(lastId === undefined ? {} : { lastId }) };
}

const NO_ORDERS: TotalsDocument = { orderCount: 0, totalSpend: 0 };

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
  erased: 1,
  erasedStamp: 1,
} as const;

/** As core's `totalsOf`: spend is purchases less refunds, the rest is of purchases. */
export async function sumOrders(
  orders: Collection<OrderDocument>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, TotalsDocument>> {
  const ofPurchase = (value: unknown, otherwise: unknown): Document => ({
    $cond: [{ $eq: ["$type", "purchase"] }, value, otherwise],
  });
  const rows = await orders
    .aggregate<Record<keyof TotalsDocument, number | null> & { readonly _id: string }>([
      { $match: { customerId: { $in: ids } } },
      {
        $group: {
          _id: "$customerId",
          orderCount: { $sum: ofPurchase(1, 0) },
          totalSpend: { $sum: ofPurchase("$amount", { $subtract: [0, "$amount"] }) },
          firstOrderAt: { $min: ofPurchase("$placedAt", null) },
          lastOrderAt: { $max: ofPurchase("$placedAt", null) },
        },
      },
    ])
    .toArray();
  return new Map(rows.map(({ _id, ...sums }) => [_id, withoutNulls(sums)]));
}

function totalsWrite(
  id: string,
  standing: Standing | undefined,
  totals: TotalsDocument,
  newest = Number.NEGATIVE_INFINITY,
): GuardedWrite | undefined {
  if (standing && !standing.erased) return totalsUpdate(standing, totals);
  if (standing && newest <= standing.erasedStamp) return undefined;
  const bare = { ...toProfile(bareCustomer(id, Date.now())), ...totals };
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

function withoutNulls(sums: Record<keyof TotalsDocument, number | null>): TotalsDocument {
  const { orderCount, totalSpend, firstOrderAt, lastOrderAt } = sums;
  return {
    orderCount: orderCount ?? 0,
    totalSpend: totalSpend ?? 0,
    ...(firstOrderAt === null ? {} : { firstOrderAt }),
    ...(lastOrderAt === null ? {} : { lastOrderAt }),
  };
}
