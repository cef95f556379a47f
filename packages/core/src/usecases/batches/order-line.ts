import { z } from "zod";
import type { RowInput } from "../../engine/untrusted.js";
import type { Issue } from "../../errors.js";
import { addressSchemas } from "../../model/contact/address.js";
import { type EdgeContext, idText, instantText, issuesOf, text } from "../../model/edge.js";
import {
  ITEM_CELLS,
  ORDER_CELLS,
  ORDER_LINE_TARGETS,
  type OrderLineNames,
  type OrderLineTarget,
} from "../../model/imports/order-line.js";
import type { Instant } from "../../model/instant.js";
import { parseDecimal, plainText } from "../../model/money.js";
import { orderSchema } from "../../model/order-input.js";

type Cell = string | number;

/** What a line says of its order. */
export type OrderCells = { readonly [T in (typeof ORDER_CELLS)[number]]?: Cell };
/** What a line says of one item; empty where it has none. */
export type ItemCells = { readonly [T in (typeof ITEM_CELLS)[number]]?: Cell };

/** A line as stored in the spool: what it says of its order is left out where the line before it, of the same order, said the same. */
export type SpooledLine = readonly [...SpooledPlace, placedAt: Instant | null, item: ItemCells, order?: OrderCells];
/** A line that can't be used, with whether it names a customer. */
export type SpooledFault = readonly [...SpooledPlace, path: string, message: string, namesCustomer: boolean];
/** A row, and the line of the file on which it begins: null where it came in none. */
export type SpooledPlace = readonly [row: number, line: number | null];

export function spooledPlace({ row, line }: Pick<RowInput, "row" | "line">): SpooledPlace {
  return [row, line ?? null];
}

/** As messages name it: `row 4 (line 6)`. */
export function nameOfPlace([row, line]: SpooledPlace): string {
  return line === null ? `row ${row}` : `row ${row} (line ${line})`;
}

export type ReadOrderLine = { readonly orderId?: string; readonly order: OrderCells; readonly issue: Issue } | GoodLine;
interface GoodLine {
  readonly orderId: string;
  readonly placedAt: Instant | null;
  readonly item: ItemCells;
  readonly order: OrderCells;
}

/** Of which an order needs one. */
export const CUSTOMER_CELLS = ["customer.id", "customer.email", "customer.phone"] as const;
const DECIMALS = ["amount", "discount", "shipping", "item.price", "item.quantity", "item.shipping"] as const;
/** What an exporter may write with a minus: what was taken off, and what a refund gives back. */
const SIGNED: ReadonlySet<OrderLineTarget> = new Set(["amount", "discount", "item.quantity"]);

/**
 * Validates a line against the schemas of an order, its customer and an item, so that a valid line can't invalidate the order of its
 * neighbours. Signs are left to the order, since its type may stand on another line.
 */
export function lineReader(names: OrderLineNames, context: EdgeContext): (data: unknown) => ReadOrderLine {
  const schema = lineSchema(context);
  const readTime = timeReader(context);
  const nameOf = (target: OrderLineTarget): string => names[target] ?? target;
  const needed: readonly OrderLineTarget[] = [
    "item.sku",
    ...(names["item.quantity"] ? ["item.quantity" as const] : []),
    "item.price",
  ];
  return (data) => {
    const cells = cellsOf(data);
    const orderId = idText.safeParse(textOf(cells.id)).data;
    const order = pick(cells, ORDER_CELLS) as OrderCells;
    const fault = (target: OrderLineTarget, message: string): ReadOrderLine => ({
      ...(orderId === undefined ? {} : { orderId }),
      order,
      issue: { path: nameOf(target), message },
    });
    const hasItem = names.amount === undefined || needed.some((target) => cells[target] !== undefined);
    const missing = cells.id === undefined ? "id" : hasItem ? needed.find((target) => cells[target] === undefined) : undefined;
    if (missing !== undefined) return fault(missing, "is missing");

    const placedAt = cells.placedAt === undefined ? null : readTime(textOf(cells.placedAt));
    if (placedAt === undefined) return fault("placedAt", "must be an ISO 8601 date or date-time");
    if (!isCount(cells["item.quantity"])) return fault("item.quantity", "must be a decimal number other than zero");
    const parsed = schema.safeParse(unsigned(cells));
    if (!parsed.success) {
      const [issue = { path: "", message: "can't be used" }] = issuesOf(parsed.error);
      return fault(issue.path as OrderLineTarget, issue.message);
    }
    const { "customer.email": email, "customer.phone": phone } = parsed.data;
    return {
      orderId: parsed.data.id,
      placedAt,
      item: hasItem ? (pick(cells, ITEM_CELLS) as ItemCells) : {},
      order: { ...order, ...(email ? { "customer.email": email } : {}), ...(phone ? { "customer.phone": phone } : {}) },
    };
  };
}

function lineSchema(context: EdgeContext) {
  const { items, type, status, currency, channel, amount } = orderSchema(context).shape;
  const { sku, name, category, price, quantity } = items.unwrap().element.shape;
  const { email, phone } = addressSchemas(context);
  return z.object({
    id: idText,
    "customer.id": idText.optional(),
    "customer.email": email.optional(),
    "customer.phone": phone.optional(),
    "customer.name": text(500).optional(),
    type,
    status,
    currency,
    channel,
    amount: amount.optional(),
    discount: price.optional(),
    shipping: price.optional(),
    "item.sku": sku.optional(),
    "item.name": name,
    "item.category": category,
    "item.quantity": quantity.optional(),
    "item.price": price.optional(),
    "item.shipping": price.optional(),
  });
}

type Cells = { readonly [T in OrderLineTarget]?: Cell };

/** The line's own values that say something; numbers that print as plain decimals. */
function cellsOf(data: unknown): Cells {
  if (typeof data !== "object" || data === null) return {};
  const cells: { [T in OrderLineTarget]?: Cell } = {};
  for (const target of ORDER_LINE_TARGETS) {
    if (!Object.hasOwn(data, target)) continue;
    const value: unknown = Reflect.get(data, target);
    if (typeof value === "string" ? value !== "" : typeof value === "number") cells[target] = value as Cell;
  }
  for (const target of TEXTS) if (typeof cells[target] === "number") cells[target] = String(cells[target]);
  return cells;
}

const TEXTS = ORDER_LINE_TARGETS.filter((target) => !(DECIMALS as readonly string[]).includes(target));

function pick(cells: Cells, targets: readonly OrderLineTarget[]): Cells {
  const picked: { [T in OrderLineTarget]?: Cell } = {};
  for (const target of targets) if (cells[target] !== undefined) picked[target] = cells[target];
  return picked;
}

/** What the schemas see: money and numbers without the sign that only the order can judge. */
function unsigned(cells: Cells): Record<string, unknown> {
  const seen: Record<string, unknown> = { ...cells };
  for (const target of SIGNED) if (cells[target] !== undefined) seen[target] = withoutSign(cells[target]);
  if (cells["item.quantity"] !== undefined) seen["item.quantity"] = Math.abs(Number(cells["item.quantity"]));
  return seen;
}

function withoutSign(cell: Cell): Cell {
  return typeof cell === "number" ? Math.abs(cell) : cell.replace(/^-/, "");
}

export function isNegative(cell: Cell | undefined): boolean {
  return typeof cell === "number" ? cell < 0 : cell?.startsWith("-") === true;
}

/** A decimal of the line; undefined for none, and for a number that no plain decimal is. */
export function decimalOf(cell: Cell | undefined) {
  return cell === undefined ? undefined : parseDecimal(typeof cell === "number" ? plainText(cell) : cell);
}

function isCount(quantity: Cell | undefined): boolean {
  if (quantity === undefined) return true;
  if (typeof quantity === "number") return quantity !== 0;
  const count = parseDecimal(quantity);
  return count !== undefined && count.coefficient !== 0n;
}

function textOf(cell: Cell | undefined): string {
  return cell === undefined ? "" : String(cell);
}

/** Remembers the last time read: neighbouring lines mostly share it, and parsing is slow. */
function timeReader(context: EdgeContext): (text: string) => Instant | undefined {
  const schema = instantText(context);
  let last: { readonly text: string; readonly instant: Instant | undefined } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, instant: schema.safeParse(text).data };
    return last.instant;
  };
}
