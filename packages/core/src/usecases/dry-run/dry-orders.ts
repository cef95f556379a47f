import { effectOf, isEffect } from "../../model/effect.js";
import type { MinorUnits } from "../../model/money.js";
import { MAX_ORDERS_TOTAL, type OrderChange, type OrderOutcome, orderStampsAfter, type StampedOrder } from "../../model/order.js";
import type { Store } from "../../ports/index.js";
import type { Scratch } from "../../ports/spool.js";
import type { ApplyStore } from "../batches/apply-parts.js";
import type { DryCustomers } from "./dry-customers.js";
import { keptValues } from "./kept-values.js";
import type { Touched } from "./touched.js";

/**
 * Minor units. Only of orders that are as large is it asked whether all of their customer's add up to too much: of smaller ones it
 * takes a thousand.
 */
const LARGE = 2 ** 43;

/** Older than any row. */
const LONG_AGO = { firstStamp: 0, stamp: 0, changedStamp: 0 };

/**
 * Orders as the file would have made them. Of an order that is stored, its customer is there too, or was erased: only a new one makes a
 * customer.
 */
export function dryOrders(
  orders: Pick<Store["orders"], "getMany" | "totals">,
  {
    scratch,
    customers,
    touched,
  }: { readonly scratch: Scratch; readonly customers: DryCustomers; readonly touched: Pick<Touched, "add"> },
): ApplyStore["orders"] {
  const records = keptValues<StampedOrder>(scratch, "order");
  const sums = keptValues<MinorUnits>(scratch, "sum");

  const find = async (ids: readonly string[]): Promise<Map<string, StampedOrder>> => {
    const found = await records.changed(ids);
    const others = ids.filter((id) => !found.has(id));
    if (others.length === 0) return found;
    for (const order of await orders.getMany(others)) found.set(order.id, { ...order, ...LONG_AGO });
    return found;
  };

  /** Of each customer of whom an order is, or was, large: what the stored orders add up to, and what such orders changed since. */
  const sumsOf = async (changes: readonly OrderChange[], known: ReadonlyMap<string, StampedOrder>) => {
    const ids = customersOf(changes.filter((change) => isLarge(change) || isLarge(known.get(change.id))));
    const found = ids.length > 0 ? await sums.changed(ids) : new Map<string, MinorUnits>();
    for (const customerId of ids) if (!found.has(customerId)) found.set(customerId, await storedSum(orders, customerId));
    return found;
  };

  return {
    apply: async (changes) => {
      const known = await find([...new Set(changes.map(({ id }) => id))]);
      const sumOf = await sumsOf(changes, known);
      const changed = new Map<string, StampedOrder>();
      const newcomers: string[] = [];
      const outcomes = changes.map((change): OrderOutcome => {
        const stored = known.get(change.id);
        if (stored && stored.customerId !== change.customerId) return "other_customer";
        if (isLarge(change) || isLarge(stored)) {
          const sum = sumOf.get(change.customerId) ?? 0;
          const more = change.amount - (stored?.amount ?? 0);
          if (more > MAX_ORDERS_TOTAL - sum) return "over_limit";
          sumOf.set(change.customerId, sum + more);
        }
        const stamped = { ...change, ...orderStampsAfter(stored, change) };
        if (!stored) newcomers.push(change.customerId);
        known.set(change.id, stamped);
        changed.set(change.id, stamped);
        return effectOf(stamped, change.stamp);
      });
      await records.set(changed);
      await sums.set(sumOf);
      await customers.makeMissing(newcomers);
      await touched.add(customersOf(changes.filter((_, index) => isEffect(outcomes[index] ?? ""))));
      return outcomes;
    },
  };
}

function customersOf(changes: readonly OrderChange[]): readonly string[] {
  return [...new Set(changes.map(({ customerId }) => customerId))];
}

function isLarge(order: Pick<OrderChange, "amount"> | undefined): boolean {
  return order !== undefined && order.amount >= LARGE;
}

/** Of all orders of a customer, refunds and cancelled ones too. */
async function storedSum(orders: Pick<Store["orders"], "totals">, customerId: string): Promise<MinorUnits> {
  const filters = [{ customerId }, { customerId, status: "cancelled" }] as const;
  const totals = await Promise.all(filters.map((filter) => orders.totals(filter)));
  return Number(totals.reduce((sum, { purchases, refunds }) => sum + purchases + refunds, 0n));
}
