import {
  bareCustomer,
  type Order,
  type OrderChange,
  type OrderOutcome,
  type Page,
  type PageRequest,
  pageOf,
  readCursor,
} from "@crm-engine/core";
import { folded, optionalText, parseJson, placeholders, withFolded } from "./columns.js";
import { customerWriter } from "./customers.js";
import type { Row } from "./driver.js";
import { itemsWriter } from "./order-items.js";
import type { Scope, Tables } from "./scope.js";

/** Orders, their items and the totals that follow from them change in one transaction. */
export function applyOrders(scope: Scope, orders: readonly OrderChange[]): readonly OrderOutcome[] {
  const { db, tables } = scope;
  const customerNum = customerNumbers(scope);
  const read = db.prepare(`SELECT num, customer, stamp, items FROM ${tables.orders} WHERE id = ?`);
  const insert = db.prepare(
    `INSERT INTO ${tables.orders} (customer, type, amount, currency, placed_at, stamp, channel, channel_folded, items, id, id_folded)
     VALUES (${placeholders(11)})`,
  );
  const update = db.prepare(
    `UPDATE ${tables.orders} SET customer = ?, type = ?, amount = ?, currency = ?, placed_at = ?, stamp = ?, channel = ?, channel_folded = ?, items = ?
     WHERE num = ?`,
  );
  const writeItems = itemsWriter(scope);
  const touched = new Set<number>();
  const outcomes = orders.map((order): OrderOutcome => {
    const stored = read.get(order.id) as Row | undefined;
    const customer = customerNum(order.customerId, stored === undefined);
    if (customer === undefined || (stored && stored.customer !== customer)) return "other_customer";
    if (stored && Number(stored.stamp) > order.stamp) return "stale";
    const { id, type, amount, currency, placedAt, stamp, channel } = order;
    const items = JSON.stringify(order.items);
    const values = [customer, type, amount, currency, placedAt, stamp, ...withFolded(channel), items];
    if (stored) update.run(...values, stored.num ?? null);
    const num = stored ? stored.num : insert.run(...values, id, folded(id)).lastInsertRowid;
    if (items !== (stored?.items ?? "[]")) writeItems(Number(num), order.items, stored ? "some" : "none");
    touched.add(customer);
    return "stored";
  });
  const total = db.prepare(totalsSql(tables));
  for (const customer of touched) total.run(customer, customer);
  return outcomes;
}

export function getOrder({ db, tables }: Scope, id: string): Order | undefined {
  const row = db.get(`${selectOrders(tables)} WHERE o.id = ?`, id);
  return row && orderOf(row);
}

export function listOrders({ db, tables }: Scope, filter: { readonly customerId?: string }, page: PageRequest): Page<Order> {
  const before = readCursor(page.cursor, ["number", "string"]);
  const tests = [
    ...(filter.customerId === undefined ? [] : [`o.customer = (SELECT num FROM ${tables.customers} WHERE id = ?)`]),
    ...(before ? ["(o.placed_at, o.id) < (?, ?)"] : []),
  ];
  const rows = db.all(
    `${selectOrders(tables)} ${tests.length > 0 ? `WHERE ${tests.join(" AND ")}` : ""} ORDER BY o.placed_at DESC, o.id DESC LIMIT ?`,
    ...(filter.customerId === undefined ? [] : [filter.customerId]),
    ...(before ?? []),
    page.limit + 1,
  );
  return pageOf(rows, page, (row) => [Number(row.placed_at), String(row.id)], orderOf);
}

/** Finds, or makes, customers' row numbers, each once. */
function customerNumbers(scope: Scope): (id: string, make: boolean) => number | undefined {
  const { db, tables } = scope;
  const now = scope.now();
  const read = db.prepare(`SELECT num FROM ${tables.customers} WHERE id = ?`);
  const write = customerWriter(scope);
  const known = new Map<string, number>();
  return (id, make) => {
    let num = known.get(id) ?? (read.get(id) as Row | undefined)?.num;
    if (num === undefined && make) {
      write(undefined, undefined, bareCustomer(id, now));
      num = (read.get(id) as Row | undefined)?.num;
    }
    if (typeof num !== "number") return undefined;
    known.set(id, num);
    return num;
  };
}

/** As core's `totalsOf`, over an index that has all it reads. */
function totalsSql({ customers, orders }: Tables): string {
  return `UPDATE ${customers} SET (order_count, total_spend, first_order_at, last_order_at) = (
    SELECT count(*) FILTER (WHERE type = 'purchase'), coalesce(sum(iif(type = 'purchase', amount, -amount)), 0),
      min(placed_at) FILTER (WHERE type = 'purchase'), max(placed_at) FILTER (WHERE type = 'purchase')
    FROM ${orders} WHERE customer = ?) WHERE num = ?`;
}

function selectOrders({ customers, orders }: Tables): string {
  return `SELECT o.id, c.id AS customer_id, o.type, o.amount, o.currency, o.placed_at, o.items, o.channel
    FROM ${orders} o CROSS JOIN ${customers} c ON c.num = o.customer`;
}

function orderOf(row: Row): Order {
  return {
    id: String(row.id),
    customerId: String(row.customer_id),
    type: row.type === "refund" ? "refund" : "purchase",
    amount: Number(row.amount),
    currency: String(row.currency),
    placedAt: Number(row.placed_at),
    items: parseJson<Order["items"]>(row.items),
    ...optionalText("channel", row.channel),
  };
}
