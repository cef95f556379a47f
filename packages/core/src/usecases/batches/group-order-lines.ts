import type { RowInput } from "../../engine/untrusted.js";
import { isSliceOver, nextTurn } from "../../event-loop.js";
import { type EdgeContext, idText } from "../../model/edge.js";
import type { OrderLineNames } from "../../model/imports/order-line.js";
import type { OpenSpool, Spool } from "../../ports/spool.js";
import { type GroupedRow, LineOrder } from "./line-order.js";
import {
  lineReader,
  type OrderCells,
  type SpooledFault,
  type SpooledLine,
  type SpooledPlace,
  spooledPlace,
} from "./order-line.js";
import { placeOf } from "./row-message.js";

/**
 * Groups lines into orders over the whole input: one order per id, however far apart its lines are. An order comes out whole or not at
 * all: a line that can't be used spoils its order, and one of which not even the order can be read spoils those of the readable lines
 * before and after it, since it may be of either. Lines wait in a spool, so that memory holds one order at a time, of a bounded number of
 * lines. A line of no readable order is yielded at once; all others when the input has ended, order by order, in the order of their
 * first lines. Every row is yielded exactly once.
 */
export async function* groupOrderLines(
  rows: AsyncIterable<RowInput> | Iterable<RowInput>,
  names: OrderLineNames,
  options: { readonly openSpool: OpenSpool; readonly context: EdgeContext },
): AsyncGenerator<GroupedRow> {
  const spool = await options.openSpool();
  try {
    const lines = new SpooledLines(spool, names, options.context);
    for await (const input of rows) {
      if (isSliceOver()) await nextTurn();
      const unread = await lines.add(input);
      if (unread) yield unread;
    }
    yield* makeOrders(spool, names, options.context);
  } finally {
    await spool.close();
  }
}

/** Puts lines into the spool, each under its order, and beside them what spoils the order. */
class SpooledLines {
  readonly #spool: Spool;
  readonly #read: ReturnType<typeof lineReader>;
  /** Of the last readable line: its order, and what it said of it. */
  #last: { readonly id: string; readonly said: string } | undefined;
  /** The first row of the unreadable ones since then. */
  #unread: SpooledPlace | undefined;

  constructor(spool: Spool, names: OrderLineNames, context: EdgeContext) {
    this.#spool = spool;
    this.#read = lineReader(names, context);
  }

  /** Resolves to the line's fate where it can be under no order. */
  async add(input: RowInput): Promise<GroupedRow | undefined> {
    const place = spooledPlace(input);
    const line =
      "issue" in input
        ? { orderId: idText.safeParse(input.orderId).data, order: NAMED, issue: input.issue }
        : this.#read(input.data);
    const { orderId } = line;
    if (orderId === undefined) {
      if (!("issue" in line)) return undefined;
      if (this.#unread === undefined && this.#last) await this.#spool.add(this.#last.id, JSON.stringify(place));
      this.#unread ??= place;
      return { ...placeOf(input), issue: line.issue };
    }
    const said = "issue" in line ? undefined : JSON.stringify(line.order);
    if ("issue" in line) {
      const fault: SpooledFault = [...place, line.issue.path, line.issue.message, namesCustomer(line.order)];
      await this.#spool.add(orderId, JSON.stringify(fault));
    } else {
      const isSaid = this.#last?.id === orderId && this.#last.said === said;
      const spooled: SpooledLine = isSaid
        ? [...place, line.placedAt, line.item]
        : [...place, line.placedAt, line.item, line.order];
      await this.#spool.add(orderId, JSON.stringify(spooled));
    }
    if (this.#unread !== undefined) await this.#spool.add(orderId, JSON.stringify(this.#unread));
    this.#unread = undefined;
    this.#last = { id: orderId, said: said ?? "" };
    return undefined;
  }
}

/** Of a line that was refused before it got here nobody knows whether it names a customer: its own fault is the better reason. */
const NAMED: OrderCells = { "customer.id": "?" };

function namesCustomer(order: OrderCells): boolean {
  return order["customer.id"] !== undefined || order["customer.email"] !== undefined || order["customer.phone"] !== undefined;
}

async function* makeOrders(spool: Spool, names: OrderLineNames, context: EdgeContext): AsyncGenerator<GroupedRow> {
  let order: LineOrder | undefined;
  for await (const { key, values } of spool.groups()) {
    if (order?.id !== key) {
      if (order) yield* await order.end();
      order = new LineOrder(key, names, context);
    }
    for (const value of values) {
      if (isSliceOver()) await nextTurn();
      order.add(JSON.parse(value) as SpooledLine | SpooledFault | SpooledPlace);
    }
    yield* order.overflow();
  }
  if (order) yield* await order.end();
}
