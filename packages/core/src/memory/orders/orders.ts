import { compareCodePoints } from "../../model/code-points.js";
import type { StoredCommunication } from "../../model/communication-log.js";
import type { Stamp } from "../../model/customer.js";
import { effectOf, isEffect } from "../../model/effect.js";
import { ProductSales } from "../../model/figures/product-sales.js";
import type { Sales } from "../../model/figures/sales.js";
import type { Instant } from "../../model/instant.js";
import type { MinorUnits } from "../../model/money.js";
import {
  MAX_ORDERS_TOTAL,
  type OrderChange,
  type OrderOutcome,
  orderStampsAfter,
  type StampedOrder,
  type StoredOrder,
  sameTotals,
  totalsOf,
} from "../../model/order.js";
import { statusesWith } from "../../model/receipt.js";
import { type Figures, hoursOf } from "../../ports/figures.js";
import type { Orders } from "../../ports/orders.js";
import { pageOf, readCursor } from "../../ports/page.js";
import { filteredTotals, meetsFilter, type OrderFilter, type OrderGroup, SUM_UNIT } from "../../query/condition/order-filter.js";
import type { Sync } from "../async-port.js";
import type { CustomerShelf, History } from "../customers.js";
import { pageByAge } from "../page-of.js";
import { isIn, type Linked, linesOf, linksOf, type OwnedOrder } from "./order-links.js";

/** What an erasure needs of orders. */
export interface OrderShelf extends Pick<History, "ordersOf"> {
  /** The customer's orders become nobody's, but for those that are newer than its erasure. */
  leave(customerId: string, stamp: Stamp): void;
}

export function memoryOrders(
  customers: CustomerShelf,
  { mark }: Pick<Sync<Figures>, "mark">,
  messagesOf: (customerId: string) => readonly Pick<StoredCommunication, "campaignId" | "evidence">[],
): { readonly port: Sync<Orders>; readonly shelf: OrderShelf } {
  const rows = new Map<string, StampedOrder>();
  const idsByCustomer = new Map<string, Set<string>>();
  /** Orders whose customer was erased after they were first stored, with the stamp of the erasure. */
  const left = new Map<string, Stamp>();
  /** Of all orders of a customer, refunds and cancelled ones too. */
  const amounts = new Map<string, MinorUnits>();

  /** All orders that count, until one changes. */
  let linked: readonly Linked[] | undefined;

  const applyOne = (change: OrderChange): OrderOutcome => {
    if (customers.isErased(change.customerId, change.stamp)) return "erased";
    const stored = rows.get(change.id);
    if (stored && stored.customerId !== change.customerId) return "other_customer";
    if (stored && change.stamp < stored.stamp) return effectOf(stored, change.stamp);
    const stamped = { ...change, ...orderStampsAfter(stored, change) };
    if (left.has(change.id)) {
      rows.set(change.id, stamped);
      return effectOf(stamped, change.stamp);
    }
    const amount = amounts.get(change.customerId) ?? 0;
    const more = change.amount - (stored?.amount ?? 0);
    if (more > MAX_ORDERS_TOTAL - amount) return "over_limit";
    amounts.set(change.customerId, amount + more);
    rows.set(change.id, stamped);
    idsByCustomer.set(change.customerId, (idsByCustomer.get(change.customerId) ?? new Set()).add(change.id));
    return effectOf(stamped, change.stamp);
  };
  const ordersOf = (customerId: string): readonly StampedOrder[] =>
    [...(idsByCustomer.get(customerId) ?? [])].map((id) => rows.get(id)).filter((order) => order !== undefined);

  const filtered = (filter: OrderFilter) => [...rows.values()].filter((order) => meetsFilter(order, filter));

  const owned = (order: StoredOrder): OwnedOrder => ({ ...order, owner: `${order.customerId}~${left.get(order.id) ?? ""}` });
  const ofEver = (customerId: string): readonly StampedOrder[] => [
    ...ordersOf(customerId),
    ...[...left.keys()].flatMap((id) => rows.get(id) ?? []).filter((order) => order.customerId === customerId),
  ];
  /** When these orders are and were placed, and those of the same customers that come after them. */
  const touchedTimes = (changes: readonly OrderChange[]): readonly Instant[] => {
    const times = changes.flatMap(({ id, customerId, placedAt }) => {
      const stored = rows.get(id);
      return [placedAt, ...(stored ? [stored.placedAt] : [])].map((at) => ({ customerId, at }));
    });
    const first = new Map<string, Instant>();
    for (const { customerId, at } of times) first.set(customerId, Math.min(at, first.get(customerId) ?? at));
    const later = [...first].flatMap(([customerId, at]) => ofEver(customerId).filter(({ placedAt }) => placedAt > at));
    return [...times.map(({ at }) => at), ...later.map(({ placedAt }) => placedAt)];
  };

  const port: Sync<Orders> = {
    apply: (changes) => {
      mark(hoursOf(touchedTimes(changes)));
      linked = undefined;
      const outcomes = changes.map(applyOne);
      const counted = changes.filter(({ id }, index) => isEffect(outcomes[index] ?? "") && !left.has(id));
      const touched = new Set(counted.map((change) => change.customerId));
      for (const id of touched) customers.setTotals(id, totalsOf(ordersOf(id)));
      return outcomes;
    },
    recount: ({ after, limit }) => {
      const corrected: string[] = [];
      let checked = 0;
      let lastId: string | undefined;
      for (const id of customers.rows.keysAfter(after)) {
        const customer = customers.rows.get(id);
        if (checked === limit || !customer) break;
        const totals = totalsOf(ordersOf(id));
        checked += 1;
        lastId = id;
        if (sameTotals(customer, totals)) continue;
        customers.setTotals(id, totals);
        corrected.push(id);
      }
      return { checked, corrected, ...(lastId === undefined ? {} : { lastId }) };
    },
    get: (id) => {
      const stored = rows.get(id);
      return stored && withoutStamps(stored);
    },
    getMany: (ids) => [...new Set(ids)].flatMap((id) => rows.get(id) ?? []).map(withoutStamps),
    list: ({ present, ...filter }, page) => {
      const orders = filtered(filter).filter((order) => !(present && left.has(order.id)));
      const { items, nextCursor } = pageByAge(orders, (order) => order.placedAt, page);
      return { items: items.map(withoutStamps), nextCursor };
    },
    totals: (filter) => filteredTotals(filtered(filter).map(groupOf), filter),
    links: (time, page) => {
      const [afterTime, afterId] = readCursor(page.cursor, ["number", "string"]) ?? [Number.NEGATIVE_INFINITY, ""];
      linked ??= linksOf([...rows.values()].map(owned));
      const rest = linked.filter(
        ({ order }) =>
          isIn(order, time) &&
          (order.placedAt > afterTime || (order.placedAt === afterTime && compareCodePoints(order.id, afterId) > 0)),
      );
      return pageOf(
        rest,
        page,
        ({ order }) => [order.placedAt, order.id],
        ({ link }) => link,
      );
    },
    lines: (time) => linesOf(rows.values(), time),
    products: (condition, choice) => {
      const isMeant = customers.selector(condition);
      const sales = new ProductSales();
      for (const customer of customers.rows.values()) {
        if (!isMeant(customer)) continue;
        for (const { status, type, items } of ordersOf(customer.id)) {
          if (status === "cancelled") continue;
          for (const item of items) sales.add(item, type === "refund" ? -1 : 1);
        }
      }
      return sales.chosen(choice);
    },
    ofRecipients: (campaignId, { from, to }) => {
      const wasMessaged = (customerId: string) =>
        messagesOf(customerId).some(
          (one) => one.campaignId === campaignId && statusesWith("messaged").some((status) => one.evidence[status] !== undefined),
        );
      const own = filtered({ from, to, status: "placed" }).filter(({ customerId }) => wasMessaged(customerId));
      const purchases = own.filter(({ type }) => type === "purchase");
      return { ...salesOf(own), customers: new Set(purchases.map(({ customerId }) => customerId)).size };
    },
  };
  const leave = (customerId: string, stamp: Stamp): void => {
    linked = undefined;
    mark(hoursOf(ordersOf(customerId).flatMap((order) => (order.stamp > stamp ? order.placedAt : []))));
    for (const order of ordersOf(customerId)) {
      if (order.stamp > stamp) continue;
      left.set(order.id, stamp);
      idsByCustomer.get(customerId)?.delete(order.id);
      amounts.set(customerId, (amounts.get(customerId) ?? 0) - order.amount);
    }
  };
  return { port, shelf: { ordersOf, leave } };
}

function salesOf(orders: readonly StoredOrder[]): Sales {
  const { purchaseCount, purchases, refundCount, refunds } = filteredTotals(orders.map(groupOf), { status: "placed" });
  return { purchases: purchaseCount, purchased: purchases, refunds: refundCount, refunded: refunds };
}

/** An order alone. */
function groupOf({ type, status, amount }: StoredOrder): OrderGroup {
  return { type, status, count: 1, high: Math.floor(amount / SUM_UNIT), low: amount % SUM_UNIT };
}

function withoutStamps({ firstStamp: _, stamp: __, changedStamp: ___, ...order }: StampedOrder): StoredOrder {
  return order;
}
