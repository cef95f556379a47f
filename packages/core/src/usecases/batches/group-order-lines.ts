import { z } from "zod";
import type { RowInput } from "../../engine/untrusted.js";
import type { Issue } from "../../errors.js";
import { isSliceOver, nextTurn } from "../../event-loop.js";
import { type EdgeContext, idText, instantText, issuesOf } from "../../model/edge.js";
import { formatInstant, type Instant } from "../../model/instant.js";
import {
  addDecimals,
  type Decimal,
  fromMinorUnits,
  multiplyDecimals,
  parseDecimal,
  roundToMinorUnits,
} from "../../model/money.js";
import { orderSchema } from "../../model/order.js";
import type { OrderLineMap } from "../../model/order-line-map.js";
import type { OpenSpool } from "../../ports/spool.js";

/** An order as if it had come in by itself, with its line numbers; or what is wrong with these lines. */
export type GroupedRow =
  | { readonly rows: readonly number[]; readonly data: unknown }
  | { readonly rows: readonly number[]; readonly issue: Issue };

/** A line as stored in the spool: row, customer, time, quantity, price, sku, name, category. */
type SpooledLine = readonly [
  row: number,
  customerId: string,
  placedAt: Instant,
  quantity: string,
  price: string,
  sku: string,
  name: string,
  category: string,
];

/**
 * Groups lines into orders over the whole input: one order per id, however far apart its lines are. Lines wait in a spool, so
 * that memory holds one order at a time. An invalid line is yielded at once, alone under its own number; orders are yielded when
 * the input has ended, in the order of their first lines. Every row is yielded exactly once.
 */
export async function* groupOrderLines(
  rows: AsyncIterable<RowInput> | Iterable<RowInput>,
  map: OrderLineMap,
  options: { readonly openSpool: OpenSpool; readonly context: EdgeContext },
): AsyncGenerator<GroupedRow> {
  const readLine = lineReader(map, options.context);
  const spool = await options.openSpool();
  try {
    for await (const input of rows) {
      if (isSliceOver()) await nextTurn();
      const read = "issue" in input ? input : readLine(input.row, input.data);
      if ("issue" in read) yield { rows: [input.row], issue: read.issue };
      else await spool.add(read.orderId, JSON.stringify(read.line));
    }
    for await (const { key, values } of spool.groups()) {
      const lines: SpooledLine[] = [];
      for (const value of values) {
        if (isSliceOver()) await nextTurn();
        lines.push(JSON.parse(value) as SpooledLine);
      }
      yield* makeOrder(key, lines, map, options.context);
    }
  } finally {
    await spool.close();
  }
}

type ReadLine = (
  row: number,
  data: unknown,
) => { readonly orderId: string; readonly line: SpooledLine } | { readonly issue: Issue };

/**
 * Validates a line against the schemas of an order and an item, so that a valid line can't invalidate the order of its
 * neighbours.
 */
function lineReader(map: OrderLineMap, context: EdgeContext): ReadLine {
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

/** Yields the lines that name a different customer than the first line, then the order made of the others. */
async function* makeOrder(
  id: string,
  lines: readonly SpooledLine[],
  map: OrderLineMap,
  context: EdgeContext,
): AsyncGenerator<GroupedRow> {
  const customerId = lines[0]?.[1];
  const own = lines.filter((line) => line[1] === customerId);
  for (const [row, other] of lines) {
    if (other === customerId) continue;
    const message = `order ${JSON.stringify(id)} is of customer ${JSON.stringify(customerId)} by its first line, not of ${JSON.stringify(other)}`;
    yield { rows: [row], issue: { path: map.customerId, message } };
  }
  const rows = own.map(([row]) => row);
  const amount = roundToMinorUnits(await sumOf(own), context.currencyDecimals);
  if (amount === undefined) {
    yield { rows, issue: { path: map.price, message: `the lines of order ${JSON.stringify(id)} add up to too large an amount` } };
    return;
  }
  const data = {
    id,
    customerId,
    type: isRefund(id, map) ? "refund" : "purchase",
    amount: fromMinorUnits(Math.abs(amount), context.currencyDecimals),
    placedAt: formatInstant(own.reduce((earliest, [, , placedAt]) => Math.min(earliest, placedAt), Number.POSITIVE_INFINITY)),
    items: own.map(([, , , quantity, price, sku, name, category]) => ({
      sku,
      ...(name ? { name } : {}),
      ...(category ? { category } : {}),
      quantity: Math.abs(Number(quantity)),
      price,
    })),
  };
  yield { rows, data };
}

/** Exact: quantity times price of each line, added up before anything is rounded. */
async function sumOf(lines: readonly SpooledLine[]): Promise<Decimal> {
  let sum: Decimal = { coefficient: 0n, scale: 0 };
  for (const [, , , quantity, price] of lines) {
    if (isSliceOver()) await nextTurn();
    const [count, each] = [parseDecimal(quantity), parseDecimal(price)];
    if (count && each) sum = addDecimals(sum, multiplyDecimals(count, each));
  }
  return sum;
}

function isRefund(orderId: string, map: OrderLineMap): boolean {
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
