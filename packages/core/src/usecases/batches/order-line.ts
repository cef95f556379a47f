import { z } from "zod";
import type { Issue } from "../../errors.js";
import { type EdgeContext, idText, instantText, issuesOf } from "../../model/edge.js";
import type { Instant } from "../../model/instant.js";
import { parseDecimal, plainText } from "../../model/money.js";
import { orderSchema } from "../../model/order-input.js";
import { ORDER_CELLS, type OrderLineMap } from "../../model/order-line-map.js";

/** What a line says of its order, each as its cell has it. */
export type OrderCells = { readonly [F in (typeof ORDER_CELLS)[number]]?: string };

/** A line as stored in the spool: row, customer, time, quantity, price, sku (empty where the line has no item), name, category, order. */
export type SpooledLine = readonly [
  row: number,
  customerId: string,
  placedAt: Instant,
  quantity: string,
  price: string,
  sku: string,
  name: string,
  category: string,
  order: OrderCells,
];

type ReadLine = (
  row: number,
  data: unknown,
) => { readonly orderId: string; readonly line: SpooledLine } | { readonly issue: Issue };

/**
 * Validates a line against the schemas of an order and an item, so that a valid line can't invalidate the order of its
 * neighbours.
 */
export function lineReader(map: OrderLineMap, context: EdgeContext): ReadLine {
  const schemas = lineSchemas(context);
  const columns = new Map(Object.entries({ ...map, name: map.itemName }));
  const readTime = timeReader(context);
  return (row, data) => {
    const cell = cellsOf(data, map);
    const id = (column: string) => (map.integerIds ? cell(column).replace(/^(\d+)\.0+$/, "$1") : cell(column));
    const [orderId, customerId, placedAt] = [id(map.orderId), id(map.customerId), readTime(cell(map.placedAt))];
    const [quantity, price, sku] = [number(cell(map.quantity), map), number(cell(map.price), map), cell(map.sku)];
    const [name, category] = [cell(map.itemName), cell(map.category)];
    const order = Object.fromEntries(ORDER_CELLS.map((field) => [field, cell(map[field])]).filter(([, text]) => text !== ""));

    const hasItem = map.amount === undefined || [map.sku, map.quantity, map.price].some((column) => cell(column) !== "");
    const needed = hasItem ? [map.sku, map.quantity, map.price] : [map.amount];
    const missing = [map.orderId, map.customerId, map.placedAt, ...needed].find((column) => cell(column) === "");
    if (missing !== undefined) return { issue: { path: missing, message: "is missing" } };
    if (placedAt === undefined) return { issue: { path: map.placedAt, message: "must be an ISO 8601 date or date-time" } };
    if (hasItem && !isCount(quantity, map))
      return { issue: { path: map.quantity, message: "must be a decimal number other than zero" } };
    const amount = isRefund(orderId, map) ? Math.abs(Number(quantity)) : Number(quantity);
    const item = { sku, name, category, quantity: amount, price };
    const parsed = schemas[hasItem ? "withItem" : "withoutItem"].safeParse({ orderId, customerId, ...order, ...item });
    const issue = parsed.success ? undefined : issuesOf(parsed.error)[0];
    if (issue !== undefined) return { issue: { path: String(columns.get(issue.path) ?? issue.path), message: issue.message } };
    return { orderId, line: [row, customerId, placedAt, quantity, price, sku, name, category, order] };
  };
}

function lineSchemas(context: EdgeContext) {
  const { items, type, status, currency, channel, amount } = orderSchema(context).shape;
  const ids = { orderId: idText, customerId: idText };
  const withoutItem = z.object({ ...ids, type, status, currency, channel, amount: amount.optional() });
  return { withoutItem, withItem: withoutItem.extend(items.unwrap().element.shape) };
}

/** As a plain decimal, where it is one. */
function number(cell: string, { verbatim = false }: OrderLineMap): string {
  return verbatim && isPrinted(cell) ? plainText(Number(cell)) : cell;
}

/** Where the amount is given, nothing is multiplied by the quantity: it need be no decimal then. */
function isCount(quantity: string, { amount, verbatim = false }: OrderLineMap): boolean {
  const count = parseDecimal(quantity);
  return count === undefined ? amount !== undefined && verbatim && isPrinted(quantity) : count.coefficient !== 0n;
}

function isPrinted(cell: string): boolean {
  return Number.isFinite(Number(cell)) && String(Number(cell)) === cell;
}

export function isRefund(orderId: string, map: OrderLineMap): boolean {
  return map.refundPrefix !== undefined && orderId.startsWith(map.refundPrefix);
}

/** Reads a column of an untrusted row as text, trimmed if the map does not say otherwise; empty if it is absent, or neither text nor number. */
function cellsOf(data: unknown, { verbatim = false }: OrderLineMap): (column: string | undefined) => string {
  return (column) => {
    const isThere = column !== undefined && typeof data === "object" && data !== null && Object.hasOwn(data, column);
    const value: unknown = isThere ? Reflect.get(data, column) : undefined;
    return typeof value === "string" ? (verbatim ? value : value.trim()) : typeof value === "number" ? String(value) : "";
  };
}

/** Remembers the last time read: neighbouring lines mostly share it, and parsing is slow. */
function timeReader(context: EdgeContext): (text: string) => Instant | undefined {
  const schema = instantText(context);
  let last: { readonly text: string; readonly instant: Instant | undefined } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, instant: text === "" ? undefined : schema.safeParse(text).data };
    return last.instant;
  };
}
