import { effectOf, isEffect } from "../../model/effect.js";
import { type OrderChange, type OrderOutcome, orderStampsAfter, type StampedOrder } from "../../model/order.js";
import type { Store } from "../../ports/index.js";
import type { Scratch } from "../../ports/spool.js";
import type { ApplyStore } from "../batches/apply-parts.js";
import type { DryCustomers } from "./dry-customers.js";
import { keptValues } from "./kept-values.js";
import type { Touched } from "./touched.js";

/** Orders that are asked for at the same time. */
const AT_ONCE = 50;

/** Older than any row. */
const LONG_AGO = { firstStamp: 0, stamp: 0, changedStamp: 0 };

/**
 * Orders as the file would have made them. What all orders of one customer add up to is not looked at: none is `over_limit` here. Of an
 * order that is stored, its customer is there too, or was erased: only a new one makes a customer.
 */
export function dryOrders(
  orders: Pick<Store["orders"], "get">,
  {
    scratch,
    customers,
    touched,
  }: { readonly scratch: Scratch; readonly customers: DryCustomers; readonly touched: Pick<Touched, "add"> },
): ApplyStore["orders"] {
  const records = keptValues<StampedOrder>(scratch, "order");

  const find = async (ids: readonly string[]): Promise<Map<string, StampedOrder>> => {
    const found = await records.changed(ids);
    const others = ids.filter((id) => !found.has(id));
    for (let start = 0; start < others.length; start += AT_ONCE) {
      const stored = await Promise.all(others.slice(start, start + AT_ONCE).map((id) => orders.get(id)));
      for (const order of stored) if (order) found.set(order.id, { ...order, ...LONG_AGO });
    }
    return found;
  };

  return {
    apply: async (changes) => {
      const known = await find([...new Set(changes.map(({ id }) => id))]);
      const changed = new Map<string, StampedOrder>();
      const newcomers: string[] = [];
      const outcomes = changes.map((change): OrderOutcome => {
        const stored = known.get(change.id);
        if (stored && stored.customerId !== change.customerId) return "other_customer";
        const stamped = { ...change, ...orderStampsAfter(stored, change) };
        if (!stored) newcomers.push(change.customerId);
        known.set(change.id, stamped);
        changed.set(change.id, stamped);
        return effectOf(stamped, change.stamp);
      });
      await records.set(changed);
      await customers.makeMissing(newcomers);
      await touched.add(customersOf(changes.filter((_, index) => isEffect(outcomes[index] ?? ""))));
      return outcomes;
    },
  };
}

function customersOf(changes: readonly OrderChange[]): readonly string[] {
  return [...new Set(changes.map(({ customerId }) => customerId))];
}
