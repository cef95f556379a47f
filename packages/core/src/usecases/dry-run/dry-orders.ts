import { effectOf } from "../../model/effect.js";
import type { MinorUnits } from "../../model/money.js";
import { MAX_ORDERS_TOTAL, type OrderOutcome, orderStampsAfter, type StampedOrder } from "../../model/order.js";
import type { Orders } from "../../ports/orders.js";
import type { Spool } from "../../ports/spool.js";
import type { RowStore } from "../batches/row-parts.js";
import { ChangedRecords } from "./changed-records.js";
import type { DryCustomers } from "./dry-customers.js";

/** Older than any row of this run: the stamps of a stored order decide nothing more. */
const STORED_BEFORE = { firstStamp: 0, stamp: 0, changedStamp: 0 } as const;

/** Minor units. Only of orders that are as large is it asked whether all of their customer's add up to too much: a thousand smaller ones don't. */
const LARGE = 2 ** 43;

/** Orders as they would be. */
export function dryOrders(
  stored: Pick<Orders, "getMany" | "totals">,
  spool: Spool,
  customers: Pick<DryCustomers, "makeMissing">,
): RowStore["orders"] {
  const changed = new ChangedRecords<StampedOrder>(spool, "order");
  /** By customer, of whom there was a large order: what their stored orders add up to, and the large ones since. */
  const sums = new ChangedRecords<MinorUnits>(spool, "sum");

  const storedSums = async (ids: readonly string[]): Promise<Iterable<readonly [string, MinorUnits]>> =>
    Promise.all(
      ids.map(async (customerId) => {
        const filters = [{ customerId }, { customerId, status: "cancelled" }] as const;
        const totals = await Promise.all(filters.map((filter) => stored.totals(filter)));
        return [customerId, Number(totals.reduce((sum, { purchases, refunds }) => sum + purchases + refunds, 0n))] as const;
      }),
    );

  return {
    apply: async (changes) => {
      const records = await changed.readThrough(
        changes.map(({ id }) => id),
        async (others) => (await stored.getMany(others)).map((order) => [order.id, { ...order, ...STORED_BEFORE }] as const),
      );
      const totals = await sums.readThrough(
        changes.flatMap(({ amount, customerId }) => (amount < LARGE ? [] : [customerId])),
        storedSums,
      );
      const after = new Map<string, StampedOrder>();
      const outcomes = changes.map((change): OrderOutcome => {
        const before = records.get(change.id);
        if (before && before.customerId !== change.customerId) return "other_customer";
        if (change.amount >= LARGE) {
          const sum = totals.get(change.customerId) ?? 0;
          const more = change.amount - (before?.amount ?? 0);
          if (more > MAX_ORDERS_TOTAL - sum) return "over_limit";
          totals.set(change.customerId, sum + more);
        }
        const order = { ...change, ...orderStampsAfter(before, change) };
        records.set(change.id, order);
        after.set(change.id, order);
        return effectOf(order, change.stamp);
      });
      await customers.makeMissing([...new Set([...after.values()].map(({ customerId }) => customerId))]);
      await changed.write(after);
      await sums.write(totals);
      return outcomes;
    },
  };
}
