import type { RowInput } from "../../engine/untrusted.js";
import type { Issue } from "../../errors.js";
import { isSliceOver, nextTurn } from "../../event-loop.js";
import type { EdgeContext } from "../../model/edge.js";
import { formatInstant } from "../../model/instant.js";
import { isLongerThan } from "../../model/json-bytes.js";
import {
  addDecimals,
  type Decimal,
  fromMinorUnits,
  multiplyDecimals,
  parseDecimal,
  roundToMinorUnits,
} from "../../model/money.js";
import { MAX_ORDER_BYTES, MAX_ORDER_ITEMS } from "../../model/order.js";
import { ORDER_CELLS, type OrderLineMap } from "../../model/order-line-map.js";
import type { OpenSpool, Spool } from "../../ports/spool.js";
import { isRefund, lineReader, type OrderCells, type SpooledLine } from "./order-line.js";

/** An order as if it had come in by itself, with its line numbers; or what is wrong with these lines. */
export type GroupedRow =
  | { readonly rows: readonly number[]; readonly data: unknown }
  | { readonly rows: readonly number[]; readonly issue: Issue };

/** Rows that are rejected together: any number of them then fits into messages of a bounded size. */
const MAX_REJECTED_TOGETHER = 1_000;
/** The place in a line of what it says of its order. */
const ORDER = 8;

/**
 * Groups lines into orders over the whole input: one order per id, however far apart its lines are. Lines wait in a spool, so
 * that memory holds one order at a time, of a bounded number of lines. An invalid line is yielded at once, alone under its own
 * number; orders are yielded when the input has ended, in the order of their first lines. Every row is yielded exactly once.
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
    yield* makeOrders(spool, map, options.context);
  } finally {
    await spool.close();
  }
}

async function* makeOrders(spool: Spool, map: OrderLineMap, context: EdgeContext): AsyncGenerator<GroupedRow> {
  let collected:
    | { readonly id: string; readonly customerId: string; order: OrderCells; lines: SpooledLine[]; isTooLong: boolean }
    | undefined;
  for await (const { key: id, values } of spool.groups()) {
    for (const value of values) {
      if (isSliceOver()) await nextTurn();
      const line = JSON.parse(value) as SpooledLine;
      const [row, customerId] = line;
      if (collected?.id !== id) {
        if (collected) yield* makeOrder(collected, map, context);
        collected = { id, customerId, order: {}, lines: [], isTooLong: false };
      }
      const issue = contradiction(collected, line, map);
      if (issue) {
        yield { rows: [row], issue };
        continue;
      }
      collected.order = { ...line[ORDER], ...collected.order };
      collected.lines.push(line);
    }
    if (!collected) continue;
    collected.isTooLong ||= collected.lines.length > MAX_ORDER_ITEMS;
    if (!collected.isTooLong) continue;
    yield* rejected(collected.lines, {
      path: map.orderId,
      message: `order ${inQuotes(id)} has more than ${MAX_ORDER_ITEMS} lines`,
    });
    collected.lines = [];
  }
  if (collected) yield* makeOrder(collected, map, context);
}

async function* makeOrder(
  { id, customerId, order, lines }: { id: string; customerId: string; order: OrderCells; lines: readonly SpooledLine[] },
  map: OrderLineMap,
  context: EdgeContext,
): AsyncGenerator<GroupedRow> {
  if (lines.length === 0) return;
  const amount = order.amount ?? (await amountOf(lines, context));
  if (amount === undefined) {
    yield* rejected(lines, { path: map.price, message: `the lines of order ${inQuotes(id)} add up to too large an amount` });
    return;
  }
  const withItems = lines.filter(([, , , , , sku]) => sku !== "");
  const data = {
    id,
    customerId,
    type: isRefund(id, map) ? "refund" : "purchase",
    ...order,
    amount,
    placedAt: formatInstant(lines.reduce((earliest, [, , placedAt]) => Math.min(earliest, placedAt), Number.POSITIVE_INFINITY)),
    items: withItems.map(([, , , quantity, price, sku, name, category]) => ({
      sku,
      ...(name ? { name } : {}),
      ...(category ? { category } : {}),
      quantity: Math.abs(Number(quantity)),
      price: map.verbatim ? Number(price) : price,
    })),
  };
  if (isLongerThan(data, MAX_ORDER_BYTES))
    yield* rejected(lines, {
      path: map.orderId,
      message: `order ${inQuotes(id)} is larger than ${MAX_ORDER_BYTES} bytes of JSON`,
    });
  else yield { rows: lines.map(([row]) => row), data };
}

function* rejected(lines: readonly SpooledLine[], issue: Issue): Iterable<GroupedRow> {
  for (let start = 0; start < lines.length; start += MAX_REJECTED_TOGETHER)
    yield { rows: lines.slice(start, start + MAX_REJECTED_TOGETHER).map(([row]) => row), issue };
}

/** What a line says of its order otherwise than the first that said it. */
function contradiction(
  { id, customerId, order }: { readonly id: string; readonly customerId: string; readonly order: OrderCells },
  line: SpooledLine,
  map: OrderLineMap,
): Issue | undefined {
  if (line[1] !== customerId) return { path: map.customerId, message: otherCustomer(id, customerId, line[1]) };
  const said = line[ORDER];
  const other = ORDER_CELLS.find((field) => (order[field] ?? said[field]) !== (said[field] ?? order[field]));
  if (other === undefined) return undefined;
  const message = `order ${inQuotes(id)} has ${inQuotes(order[other] ?? "")} here by its first lines, not ${inQuotes(said[other] ?? "")}`;
  return { path: map[other] ?? other, message };
}

function otherCustomer(id: string, first: string, other: string): string {
  return `order ${inQuotes(id)} is of customer ${inQuotes(first)} by its first line, not of ${inQuotes(other)}`;
}

function inQuotes(id: string): string {
  return JSON.stringify(id);
}

/** What the lines add up to, in decimals of the currency; undefined where that is too much. */
async function amountOf(lines: readonly SpooledLine[], { currencyDecimals }: EdgeContext): Promise<number | undefined> {
  const sum = roundToMinorUnits(await sumOf(lines), currencyDecimals);
  return sum === undefined ? undefined : fromMinorUnits(Math.abs(sum), currencyDecimals);
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
