import {
  compareCodePoints,
  type FilteredTotals,
  filteredTotals,
  type OrderFilter,
  type OrderGroup,
  type Page,
  type PageRequest,
  pageOf,
  readCursor,
  type StoredOrder,
  SUM_UNIT,
} from "@crm-engine/core/ports";
import { formerIds } from "../../former-orders.js";
import type { Row, SqlValue } from "../database/driver.js";
import { checkInterrupt } from "../query/compile-target.js";
import { type Compiled, combine } from "../query/expressions.js";
import type { Scope } from "../schema/scope.js";
import { ORDER_COLUMNS, orderOf, selectOrders } from "./order-rows.js";

type Filter = OrderFilter & { readonly present?: true };

/** Each list is read in order from the index of its most selective filter, as far as the page goes; the others are tested row by row. */
export function listOrders(scope: Scope, filter: Filter, page: PageRequest): Page<StoredOrder> {
  const rows = isListedByProduct(filter) ? rowsBySku(scope, filter, page) : rowsByOrder(scope, filter, page);
  return pageOf(rows, page, keyOf, orderOf);
}

/** In parts of `SUM_UNIT`, since a sum may pass what an integer holds. */
export function totalOrders(scope: Scope, filter: OrderFilter): FilteredTotals {
  const { db, tables } = scope;
  const { sql, values } = combine([...checkInterrupt({ interruptible: true }, "o.num"), ...testsOf(scope, filter, "set")], "AND");
  const groups = db.all(
    `SELECT o.type, o.status, count(*) AS count, sum(o.amount / ${SUM_UNIT}) AS high, sum(o.amount % ${SUM_UNIT}) AS low
     FROM ${tables.orders} o WHERE ${sql} GROUP BY o.type, o.status`,
    ...values,
  );
  return filteredTotals(groups as unknown as readonly OrderGroup[], filter);
}

function rowsByOrder(scope: Scope, filter: Filter, page: PageRequest): readonly Row[] {
  const { db, tables } = scope;
  const before = readCursor(page.cursor, ["number", "string"]);
  const { sql, values } = combine(
    [...testsOf(scope, filter, "each"), ...(before ? [{ sql: "(o.placed_at, o.id) < (?, ?)", values: before }] : [])],
    "AND",
  );
  return db.all(`${selectOrders(tables)} WHERE ${sql} ORDER BY o.placed_at DESC, o.id DESC LIMIT ?`, ...values, page.limit + 1);
}

/** Not where cancelled orders lead: of these there are fewer than of most items, and all have to be looked at that fill no page. */
function isListedByProduct({ sku, customerId, batchId, channel, status }: Filter): boolean {
  const isLedByCancelled = status === "cancelled" && channel === undefined;
  return sku !== undefined && customerId === undefined && batchId === undefined && !isLedByCancelled;
}

/** A SKU has a product for each name and category that came with it, each in its own order: the first rows of each are merged. */
function rowsBySku(scope: Scope, { sku, ...filter }: Filter, page: PageRequest): readonly Row[] {
  const { db, tables } = scope;
  const before = readCursor(page.cursor, ["number", "string"]);
  const { from, to, ...others } = filter;
  const tests: readonly Compiled[] = [
    ...testsOf(scope, others, "led"),
    ...timeTests("i", { from, to }),
    ...(before ? [{ sql: "i.placed_at <= ? AND (i.placed_at, o.id) < (?, ?)", values: [before[0], ...before] }] : []),
    // Of an order's lines with the product the first.
    {
      sql: `NOT EXISTS (SELECT 1 FROM ${tables.items} e WHERE e.order_num = i.order_num AND e.line < i.line AND e.product = i.product)`,
      values: [],
    },
  ];
  const { sql, values } = combine(tests, "AND");
  const statement = `SELECT ${ORDER_COLUMNS} FROM ${tables.items} i INDEXED BY ${tables.items}_placed
    CROSS JOIN ${tables.orders} o ON o.num = i.order_num CROSS JOIN ${tables.customers} c ON c.num = o.customer
    WHERE i.product = ? AND ${sql} ORDER BY i.placed_at DESC, o.id DESC LIMIT ?`;
  const byId = new Map<string, Row>();
  for (const { num } of db.all(`SELECT num FROM ${tables.products} WHERE sku = ?`, sku ?? null)) {
    for (const row of db.all(statement, num ?? null, ...values, page.limit + 1)) byId.set(String(row.id), row);
  }
  return [...byId.values()].sort(byAge).slice(0, page.limit + 1);
}

function byAge(a: Row, b: Row): number {
  return Number(b.placed_at) - Number(a.placed_at) || compareCodePoints(String(b.id), String(a.id));
}

function keyOf(row: Row): readonly [number, string] {
  return [Number(row.placed_at), String(row.id)];
}

/**
 * Tests of an order `o`. A plus keeps SQLite from looking for an index: without statistics it could take one of many rows. The first that
 * is given leads (none where another table is `led` by); of types and states only the rarer have an index.
 */
function testsOf(scope: Scope, filter: Filter, way: "each" | "set" | "led"): readonly Compiled[] {
  const { customerId, batchId, sku, channel, type, status, present, from, to } = filter;
  const { tables } = scope;
  let led = way === "led";
  const plus = (): string => {
    const sign = led ? "+" : "";
    led = true;
    return sign;
  };
  const equal = (column: string, value: SqlValue | undefined): readonly Compiled[] =>
    value === undefined ? [] : [{ sql: `${plus()}o.${column} = ?`, values: [value] }];
  const rare = (column: string, value: string | undefined, indexed: string): readonly Compiled[] =>
    value === undefined ? [] : [{ sql: `${value === indexed ? plus() : "+"}o.${column} = '${value}'`, values: [] }];
  const ofCustomer = customerId === undefined ? [] : [ownersTest(ownersOf(scope, customerId, present), plus())];
  const products = `SELECT num FROM ${tables.products} WHERE sku = ?`;
  const ofSku: Compiled =
    way === "set" && customerId === undefined && batchId === undefined
      ? { sql: `o.num IN (SELECT order_num FROM ${tables.items} WHERE product IN (${products}))`, values: [sku ?? null] }
      : {
          sql: `EXISTS (SELECT 1 FROM ${tables.items} i WHERE i.order_num = o.num AND i.product IN (${products}))`,
          values: [sku ?? null],
        };
  return [
    ...ofCustomer,
    ...equal("batch_id", batchId),
    ...(sku === undefined ? [] : [ofSku]),
    ...equal("channel", channel),
    ...rare("type", knownType(type), "refund"),
    ...rare("status", knownStatus(status), "cancelled"),
    ...timeTests("o", { from, to }),
  ];
}

/** The only texts that come into SQL as they are: an index of some rows is used only where the statement names them. */
function knownType(type: OrderFilter["type"]): string | undefined {
  return type && (type === "refund" ? "refund" : "purchase");
}
function knownStatus(status: OrderFilter["status"]): string | undefined {
  return status && (status === "cancelled" ? "cancelled" : "placed");
}

function timeTests(table: "o" | "i", { from, to }: Partial<Record<"from" | "to", number | undefined>>): readonly Compiled[] {
  return [
    ...(from === undefined ? [] : [{ sql: `${table}.placed_at >= ?`, values: [from] }]),
    ...(to === undefined ? [] : [{ sql: `${table}.placed_at < ?`, values: [to] }]),
  ];
}

function ownersTest(owners: readonly number[], sign: string): Compiled {
  const [only = null] = owners;
  return owners.length > 1
    ? { sql: `${sign}o.customer IN (SELECT value FROM json_each(?))`, values: [JSON.stringify(owners)] }
    : { sql: `${sign}o.customer = ?`, values: [only] };
}

/** The rows to which a customer's orders refer, and those of its former orders. */
function ownersOf({ db, tables }: Scope, customerId: string, present?: true): readonly number[] {
  const select = `SELECT num FROM ${tables.customers} WHERE id = ?`;
  const { after, before } = formerIds(customerId);
  const rows = present ? db.all(select, customerId) : db.all(`${select} OR (id > ? AND id < ?)`, customerId, after, before);
  return rows.map(({ num }) => Number(num));
}
