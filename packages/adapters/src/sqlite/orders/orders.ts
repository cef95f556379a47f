import {
  bareCustomer,
  effectOf,
  type OrderChange,
  type OrderOutcome,
  type Orders,
  orderStampsAfter,
  type StoredOrder,
} from "@crm-engine/core/ports";
import { customerIdIn } from "../../former-orders.js";
import { type Admit, admission, type OrderBlocks } from "../../order-blocks.js";
import { customerWriter, isErased } from "../customers/customers.js";
import { recounting, STANDING_COLUMNS, standingBlocks, totalsWriter } from "../customers/order-totals.js";
import type { Row } from "../database/driver.js";
import { mark } from "../figures.js";
import { folded, placeholders, STAMP_COLUMNS, stampsOf, stampValues, withFolded } from "../schema/columns.js";
import type { OperationsOf } from "../schema/operations.js";
import type { Scope } from "../schema/scope.js";
import { listOrders, totalOrders } from "./list-orders.js";
import { itemsWriter } from "./order-items.js";
import { orderLines, orderLinks } from "./order-links.js";
import { orderOf, orderValuesOf, selectOrders } from "./order-rows.js";
import { ofRecipients } from "./recipient-orders.js";
import { soldProducts } from "./sold-products.js";
import { createTouched } from "./touched-hours.js";

export const orders = {
  reads: { get, getMany, list: listOrders, links: orderLinks },
  scans: { totals: totalOrders, lines: orderLines, ofRecipients },
  surveys: { products: soldProducts },
  chunked: { apply },
  composed: recounting,
} satisfies OperationsOf<Orders>;

/** Orders, their items and the totals derived from them change in one transaction. */
function apply(scope: Scope, orders: readonly OrderChange[]): readonly OrderOutcome[] {
  const { db, tables } = scope;
  const now = scope.now();
  const findCustomer = customerFinder(scope);
  const writeCustomer = customerWriter(scope);
  const read = db.prepare(
    `SELECT num, customer, block, type, status, amount, currency, placed_at, channel, items, ${STAMP_COLUMNS.join()} FROM ${tables.orders} WHERE id = ?`,
  );
  const insert = db.prepare(
    `INSERT INTO ${tables.orders} (type, status, amount, currency, placed_at, channel, channel_folded, items, batch_id, batch_row, ${STAMP_COLUMNS.join()}, customer, block, id, id_folded)
     VALUES (${placeholders(17)})`,
  );
  const update = db.prepare(
    `UPDATE ${tables.orders} SET type = ?, status = ?, amount = ?, currency = ?, placed_at = ?, channel = ?, channel_folded = ?, items = ?,
       batch_id = ?, batch_row = ?, ${STAMP_COLUMNS.map((column) => `${column} = ?`).join()}
     WHERE num = ?`,
  );
  const writeItems = itemsWriter(scope);
  const books = new Map<number, Book>();
  const touched = createTouched(scope);
  const outcomes = orders.map((order): OrderOutcome => {
    const stored = read.get(order.id) as Row | undefined;
    const person = findCustomer(order.customerId, stored === undefined);
    if (person && isErased(person, order.stamp)) return "erased";
    const isFormer = stored !== undefined && stored.customer !== person?.num && isFormerOrder(scope, stored, order);
    if (!person || (stored && stored.customer !== person.num && !isFormer)) return "other_customer";
    if (stored && Number(stored.stamp) > order.stamp) return effectOf(stampsOf(stored), order.stamp);
    touched.add(Number(stored?.customer ?? person.num), order.placedAt, stored);
    const { id, type, status, amount, currency, placedAt, channel, batchId = null, row = null } = order;
    const items = JSON.stringify(order.items);
    const stamps = orderStampsAfter(stored && { ...orderValuesOf(stored), ...stampsOf(stored) }, order);
    const values = [
      type,
      status,
      amount,
      currency,
      placedAt,
      ...withFolded(channel),
      items,
      batchId,
      row,
      ...stampValues(stamps),
    ];
    const writeStored = (before: Row) => {
      update.run(...values, before.num ?? null);
      if (items !== before.items || placedAt !== before.placed_at) writeItems(Number(before.num), order, "some");
    };
    if (isFormer) {
      writeStored(stored);
      return effectOf(stamps, order.stamp);
    }
    const customer = Number(person.num);
    const book = books.get(customer) ?? openBook(person);
    const block = book.admit(order.amount, stored && { amount: Number(stored.amount), block: Number(stored.block) });
    if (block === undefined) return "over_limit";
    if (stored) writeStored(stored);
    else {
      const num = Number(insert.run(...values, customer, block, id, folded(id)).lastInsertRowid);
      if (order.items.length > 0) writeItems(num, order, "none");
    }
    if (person.erased === 1 && !books.has(customer)) writeCustomer(customer, undefined, bareCustomer(order.customerId, now));
    book.touched.add(block);
    books.set(customer, book);
    return effectOf(stamps, order.stamp);
  });
  const total = totalsWriter(scope);
  for (const [customer, book] of books) total(customer, book);
  mark(scope, touched.hours());
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

function getMany({ db, tables }: Scope, ids: readonly string[]): readonly StoredOrder[] {
  return db.all(`${selectOrders(tables)} WHERE o.id IN (SELECT value FROM json_each(?))`, JSON.stringify(ids)).map(orderOf);
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
