import type { Issue } from "../errors.js";
import type { Stamp } from "./customer.js";
import { type Effect, type Stamps, stampsAfter } from "./effect.js";
import type { Instant } from "./instant.js";
import type { MinorUnits } from "./money.js";

export interface OrderItem {
  readonly sku: string;
  readonly name?: string;
  readonly category?: string;
  readonly quantity: number;
  /** Major units, possibly finer than the currency. Shown and compared, never summed. */
  readonly price: number;
}

export interface StoredOrder {
  readonly id: string;
  readonly customerId: string;
  readonly type: "purchase" | "refund";
  /** A cancelled order counts in no total, and in no rule that doesn't name its status. */
  readonly status: "placed" | "cancelled";
  /** What was paid (or given back), zero or more. The items need not add up to it. */
  readonly amount: MinorUnits;
  readonly currency: string;
  readonly placedAt: Instant;
  readonly items: readonly OrderItem[];
  readonly channel?: string;
  /** The upload by which it was last written, and the (first) row there. */
  readonly batchId?: string;
  readonly row?: number;
}

/** An order as a store applies it: an upsert by id in which the older stamp loses. */
export interface OrderChange extends StoredOrder {
  readonly stamp: Stamp;
}

/** What all orders of one customer may add up to, whatever their type and status, so that every sum of them is exact. */
export const MAX_ORDERS_TOTAL: MinorUnits = Number.MAX_SAFE_INTEGER;

/** Bound of an order, as JSON: 10,000 items of an ordinary length. */
export const MAX_ORDER_BYTES = 1024 * 1024;
export const MAX_ORDER_ITEMS = 10_000;

export const TOO_LARGE_ORDER: Issue = { path: "items", message: `the order is larger than ${MAX_ORDER_BYTES} bytes of JSON` };

/**
 * What became of an order: one that lost to a newer stamp is accepted all the same; with one that is `over_limit`, its customer's orders
 * would add up to more than `MAX_ORDERS_TOTAL`.
 */
export type OrderOutcome = Effect | "other_customer" | "erased" | "over_limit";

/** An order with what a store keeps beside it. */
export type StampedOrder = StoredOrder & Stamps;

/** An order's stamps after a change that is no older than the stored one. Which upload wrote it is no value of the order. */
export function orderStampsAfter(stored: (OrderValues & Stamps) | undefined, change: OrderChange): Stamps {
  return stampsAfter(stored, change.stamp, stored === undefined || !isSameOrder(stored, change));
}

function isSameOrder(a: OrderValues, b: OrderValues): boolean {
  const scalars = ["type", "status", "amount", "currency", "placedAt", "channel"] as const;
  return (
    scalars.every((name) => a[name] === b[name]) &&
    a.items.length === b.items.length &&
    a.items.every((item, index) => isSameItem(item, b.items[index]))
  );
}

type OrderValues = Omit<StoredOrder, "id" | "customerId" | "batchId" | "row">;

function isSameItem(a: OrderItem, b: OrderItem | undefined): boolean {
  return b !== undefined && (["sku", "name", "category", "quantity", "price"] as const).every((name) => a[name] === b[name]);
}

/** Totals of a customer's stored orders. */
export interface OrderTotals {
  readonly orderCount: number;
  readonly totalSpend: MinorUnits;
  readonly firstOrderAt?: Instant;
  readonly lastOrderAt?: Instant;
}

export function sameTotals(a: OrderTotals, b: OrderTotals): boolean {
  return (["orderCount", "totalSpend", "firstOrderAt", "lastOrderAt"] as const).every((name) => a[name] === b[name]);
}

/** Totals as a function of a customer's placed orders: spend is purchases less refunds, the others count purchases only. */
export function totalsOf(orders: Iterable<Pick<StoredOrder, "type" | "status" | "amount" | "placedAt">>): OrderTotals {
  let orderCount = 0;
  let totalSpend = 0;
  let first: Instant | undefined;
  let last: Instant | undefined;
  for (const order of orders) {
    if (order.status === "cancelled") continue;
    if (order.type === "refund") {
      totalSpend -= order.amount;
      continue;
    }
    orderCount += 1;
    totalSpend += order.amount;
    if (first === undefined || order.placedAt < first) first = order.placedAt;
    if (last === undefined || order.placedAt > last) last = order.placedAt;
  }
  return {
    orderCount,
    totalSpend,
    ...(first === undefined ? {} : { firstOrderAt: first }),
    ...(last === undefined ? {} : { lastOrderAt: last }),
  };
}
