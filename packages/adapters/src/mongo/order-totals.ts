import { bareCustomer } from "@crm-engine/core";
import type { Collection, Document } from "mongodb";
import type { Collections } from "./collections.js";
import { type CustomerDocument, OPTIONAL_TOTALS, type TotalsDocument, toProfile } from "./customer-documents.js";
import { type GuardedWrite, writeGuarded } from "./guarded-writes.js";
import type { OrderDocument } from "./order-documents.js";
import { repeatMissed } from "./repeat-missed.js";

/**
 * Makes each customer's totals those of the stored orders, and a bare customer where there is none. The version is read before
 * the orders are, and raised with the totals: whoever wrote later had read the orders later. So the last of any number of
 * racing writers has seen every order whose writer has finished, and a writer that died is made good by its repetition.
 */
export function refreshTotals({ customers, orders }: Collections, ids: readonly string[]): Promise<void> {
  return repeatMissed(ids, async (left) => {
    const versions = await readVersions(customers, left);
    const totals = await sumOrders(orders, left);
    const missed = await writeGuarded(
      customers,
      "ordersVersion",
      left.map((id) => totalsWrite(id, versions.get(id), totals.get(id) ?? NO_ORDERS)),
    );
    return left.filter((id) => missed.has(id));
  });
}

const NO_ORDERS: TotalsDocument = { orderCount: 0, totalSpend: 0 };

async function readVersions(
  customers: Collection<CustomerDocument>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const found = customers
    .find({ _id: { $in: ids } })
    .project<{ readonly _id: string; readonly ordersVersion: number }>({ ordersVersion: 1 });
  return new Map((await found.toArray()).map(({ _id, ordersVersion }) => [_id, ordersVersion]));
}

/** As core's `totalsOf`: spend is purchases less refunds, the rest is of purchases. */
async function sumOrders(
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

function totalsWrite(id: string, expected: number | undefined, totals: TotalsDocument): GuardedWrite {
  if (expected === undefined) {
    const bare = toProfile(bareCustomer(id, Date.now()));
    return { id, insert: { ...bare, ...totals, version: 1, ordersVersion: 1 } };
  }
  return { id, expected, set: totals, unset: OPTIONAL_TOTALS.filter((field) => totals[field] === undefined) };
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
