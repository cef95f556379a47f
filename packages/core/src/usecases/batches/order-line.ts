import { z } from "zod";
import type { Issue } from "../../errors.js";
import { type EdgeContext, idText, instantText, issuesOf } from "../../model/edge.js";
import type { Instant } from "../../model/instant.js";
import { parseDecimal } from "../../model/money.js";
import { orderSchema } from "../../model/order-input.js";
import type { OrderLineMap } from "../../model/order-line-map.js";

/** A line as stored in the spool: row, customer, time, quantity, price, sku, name, category. */
export type SpooledLine = readonly [
  row: number,
  customerId: string,
  placedAt: Instant,
  quantity: string,
  price: string,
  sku: string,
  name: string,
  category: string,
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
  const item = orderSchema(context).shape.items.unwrap().element;
  const columns = new Map(Object.entries({ ...map, name: map.itemName }));
  const schema = z.object({ orderId: idText, customerId: idText, ...item.shape });
  const readTime = timeReader(context);
  return (row, data) => {
    const cell = cellsOf(data);
    const id = (column: string) => (map.integerIds ? cell(column).replace(/^(\d+)\.0+$/, "$1") : cell(column));
    const [orderId, customerId, placedAt] = [id(map.orderId), id(map.customerId), readTime(cell(map.placedAt))];
    const [quantity, price, sku] = [cell(map.quantity), cell(map.price), cell(map.sku)];
    const name = map.itemName === undefined ? "" : cell(map.itemName);
    const category = map.category === undefined ? "" : cell(map.category);

    const missing = [map.orderId, map.customerId, map.placedAt, map.sku, map.quantity, map.price].find(
      (column) => cell(column) === "",
    );
    if (missing !== undefined) return { issue: { path: missing, message: "is missing" } };
    if (placedAt === undefined) return { issue: { path: map.placedAt, message: "must be an ISO 8601 date or date-time" } };
    const count = parseDecimal(quantity);
    if (count === undefined || count.coefficient === 0n)
      return { issue: { path: map.quantity, message: "must be a decimal number other than zero" } };
    const refund = isRefund(orderId, map);
    const amount = refund ? Math.abs(Number(quantity)) : Number(quantity);
    const parsed = schema.safeParse({ orderId, customerId, sku, name, category, quantity: amount, price });
    const issue = parsed.success ? undefined : issuesOf(parsed.error)[0];
    if (issue !== undefined) return { issue: { path: String(columns.get(issue.path) ?? issue.path), message: issue.message } };
    return { orderId, line: [row, customerId, placedAt, quantity, price, sku, name, category] };
  };
}

export function isRefund(orderId: string, map: OrderLineMap): boolean {
  return map.refundPrefix !== undefined && orderId.startsWith(map.refundPrefix);
}

/** Reads a column of an untrusted row as trimmed text; empty if it is absent, or neither text nor number. */
function cellsOf(data: unknown): (column: string) => string {
  return (column) => {
    const value: unknown =
      typeof data === "object" && data !== null && Object.hasOwn(data, column) ? Reflect.get(data, column) : undefined;
    return typeof value === "string" ? value.trim() : typeof value === "number" ? String(value) : "";
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
