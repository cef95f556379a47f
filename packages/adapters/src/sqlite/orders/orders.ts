import {
  bareCustomer,
  type OrderChange,
  type OrderOutcome,
  type Orders,
  type Page,
  type PageRequest,
  pageOf,
  readCursor,
  type StoredOrder,
} from "@crm-engine/core/ports";
import { customerIdIn, formerIds } from "../../former-orders.js";
import { type Admit, admission, type OrderBlocks } from "../../order-blocks.js";
import { customerWriter, isErased } from "../customers/customers.js";
import { recounting, STANDING_COLUMNS, standingBlocks, totalsWriter } from "../customers/order-totals.js";
import type { Row } from "../database/driver.js";
import { folded, optionalText, parseJson, placeholders, withFolded } from "../schema/columns.js";
import type { OperationsOf } from "../schema/operations.js";
import type { Scope, Tables } from "../schema/scope.js";
import { itemsWriter } from "./order-items.js";

export const orders = {
  reads: { get, list },
  chunked: { apply },
  composed: recounting,
} satisfies OperationsOf<Orders>;

/** Orders, their items and the totals derived from them change in one transaction. */
function apply(scope: Scope, orders: readonly OrderChange[]): readonly OrderOutcome[] {
  const { db, tables } = scope;
  const now = scope.now();
  const findCustomer = customerFinder(scope);
  const writeCustomer = customerWriter(scope);
  const read = db.prepare(`SELECT num, customer, block, amount, stamp, items FROM ${tables.orders} WHERE id = ?`);
  const insert = db.prepare(
    `INSERT INTO ${tables.orders} (type, status, amount, currency, placed_at, stamp, channel, channel_folded, items, customer, block, id, id_folded)
     VALUES (${placeholders(13)})`,
  );
  const update = db.prepare(
    `UPDATE ${tables.orders} SET type = ?, status = ?, amount = ?, currency = ?, placed_at = ?, stamp = ?, channel = ?, channel_folded = ?, items = ?
     WHERE num = ?`,
  );
  const writeItems = itemsWriter(scope);
  const books = new Map<number, Book>();
  const outcomes = orders.map((order): OrderOutcome => {
    const stored = read.get(order.id) as Row | undefined;
    const person = findCustomer(order.customerId, stored === undefined);
    if (person && isErased(person, order.stamp)) return "erased";
    const isFormer = stored !== undefined && stored.customer !== person?.num && isFormerOrder(scope, stored, order);
    if (!person || (stored && stored.customer !== person.num && !isFormer)) return "other_customer";
    if (stored && Number(stored.stamp) > order.stamp) return "stale";
    const { id, type, status, amount, currency, placedAt, stamp, channel } = order;
    const items = JSON.stringify(order.items);
    const values = [type, status, amount, currency, placedAt, stamp, ...withFolded(channel), items];
    const writeStored = (row: Row) => {
      update.run(...values, row.num ?? null);
      if (items !== row.items) writeItems(Number(row.num), order.items, "some");
    };
    if (isFormer) {
      writeStored(stored);
      return "stored";
    }
    const customer = Number(person.num);
    const book = books.get(customer) ?? openBook(person);
    const block = book.admit(order.amount, stored && { amount: Number(stored.amount), block: Number(stored.block) });
    if (block === undefined) return "over_limit";
    if (stored) writeStored(stored);
    else {
      const num = Number(insert.run(...values, customer, block, id, folded(id)).lastInsertRowid);
      if (order.items.length > 0) writeItems(num, order.items, "none");
    }
    if (person.erased === 1 && !books.has(customer)) writeCustomer(customer, undefined, bareCustomer(order.customerId, now));
    book.touched.add(block);
    books.set(customer, book);
    return "stored";
  });
  const total = totalsWriter(scope);
  for (const [customer, book] of books) total(customer, book);
  return outcomes;
}

/** An order of a customer who was erased since: it changes on its own, and is in nobody's totals. */
function isFormerOrder({ db, tables }: Scope, stored: Row, { customerId }: OrderChange): boolean {
  const owner = db.get(`SELECT id FROM ${tables.customers} WHERE num = ?`, stored.customer ?? null);
  return customerIdIn(String(owner?.id)) === customerId;
}

/** A customer's blocks while orders are written. */
interface Book {
  readonly standing: OrderBlocks;
  readonly touched: Set<number>;
  readonly admit: Admit;
}

function openBook(person: Row): Book {
  const standing = standingBlocks(person);
  return { standing, touched: new Set(), admit: admission(standing) };
}

function get({ db, tables }: Scope, id: string): StoredOrder | undefined {
  const row = db.get(`${selectOrders(tables)} WHERE o.id = ?`, id);
  return row && orderOf(row);
}

function list(
  scope: Scope,
  { customerId, present }: { readonly customerId?: string; readonly present?: true },
  page: PageRequest,
): Page<StoredOrder> {
  const { db, tables } = scope;
  const owners = customerId === undefined ? undefined : ownersOf(scope, customerId, present);
  const before = readCursor(page.cursor, ["number", "string"]);
  const tests = [
    ...(owners ? [`o.customer ${owners.length === 1 ? "= ?" : "IN (SELECT value FROM json_each(?))"}`] : []),
    ...(before ? ["(o.placed_at, o.id) < (?, ?)"] : []),
  ];
  const rows = db.all(
    `${selectOrders(tables)} ${tests.length > 0 ? `WHERE ${tests.join(" AND ")}` : ""} ORDER BY o.placed_at DESC, o.id DESC LIMIT ?`,
    ...(owners ? [owners.length === 1 ? (owners[0] ?? null) : JSON.stringify(owners)] : []),
    ...(before ?? []),
    page.limit + 1,
  );
  return pageOf(rows, page, (row) => [Number(row.placed_at), String(row.id)], orderOf);
}

/** The rows to which a customer's orders refer, and those of its former orders. */
function ownersOf({ db, tables }: Scope, customerId: string, present?: true): readonly number[] {
  const select = `SELECT num FROM ${tables.customers} WHERE id = ?`;
  const { after, before } = formerIds(customerId);
  const rows = present ? db.all(select, customerId) : db.all(`${select} OR (id > ? AND id < ?)`, customerId, after, before);
  return rows.map(({ num }) => Number(num));
}

/** Reads customers' rows (`STANDING_COLUMNS` and `erased_stamp`), each once, and inserts a bare customer where one is missing. */
function customerFinder(scope: Scope): (id: string, make: boolean) => Row | undefined {
  const { db, tables } = scope;
  const now = scope.now();
  const read = db.prepare(`SELECT ${STANDING_COLUMNS}, erased_stamp FROM ${tables.customers} WHERE id = ?`);
  const write = customerWriter(scope);
  const known = new Map<string, Row>();
  return (id, make) => {
    let row = known.get(id) ?? (read.get(id) as Row | undefined);
    if (row === undefined && make) {
      write(undefined, undefined, bareCustomer(id, now));
      row = read.get(id) as Row | undefined;
    }
    if (row) known.set(id, row);
    return row;
  };
}

function selectOrders({ customers, orders }: Tables): string {
  return `SELECT o.id, c.id AS customer_id, o.type, o.status, o.amount, o.currency, o.placed_at, o.items, o.channel
    FROM ${orders} o CROSS JOIN ${customers} c ON c.num = o.customer`;
}

function orderOf(row: Row): StoredOrder {
  return {
    id: String(row.id),
    customerId: customerIdIn(String(row.customer_id)),
    type: row.type === "refund" ? "refund" : "purchase",
    status: row.status === "cancelled" ? "cancelled" : "placed",
    amount: Number(row.amount),
    currency: String(row.currency),
    placedAt: Number(row.placed_at),
    items: parseJson<StoredOrder["items"]>(row.items),
    ...optionalText("channel", row.channel),
  };
}
