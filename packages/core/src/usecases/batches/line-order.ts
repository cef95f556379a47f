import type { Issue } from "../../errors.js";
import { isSliceOver, nextTurn } from "../../event-loop.js";
import type { EdgeContext } from "../../model/edge.js";
import { ORDER_CELLS, type OrderLineNames, type OrderLineTarget } from "../../model/imports/order-line.js";
import { formatInstant } from "../../model/instant.js";
import { isLongerThan } from "../../model/json-bytes.js";
import { addDecimals, type Decimal, fromMinorUnits, multiplyDecimals, roundToMinorUnits } from "../../model/money.js";
import { MAX_ORDER_BYTES, MAX_ORDER_ITEMS } from "../../model/order.js";
import {
  CUSTOMER_CELLS,
  decimalOf,
  type ItemCells,
  isNegative,
  nameOfPlace,
  type OrderCells,
  type SpooledFault,
  type SpooledLine,
  type SpooledPlace,
} from "./order-line.js";
import type { RowPlaces } from "./row-message.js";

/** An order as if it had come in by itself, with its line numbers; or what is wrong with these lines. */
export type GroupedRow = RowPlaces & ({ readonly data: unknown } | { readonly issue: Issue });

/** Rows that are rejected together: any number of them then fits into messages of a bounded size. */
const MAX_REJECTED_TOGETHER = 1_000;
const DECIMALS: ReadonlySet<OrderLineTarget> = new Set(["amount", "discount", "shipping"]);
const ZERO: Decimal = { coefficient: 0n, scale: 0 };
const ONE: Decimal = { coefficient: 1n, scale: 0 };

/** One order while its lines come out of the spool: an order whole, or the fate of each of its lines. */
export class LineOrder {
  readonly id: string;
  readonly #names: OrderLineNames;
  readonly #context: EdgeContext;
  #cells: OrderCells = {};
  #namesCustomer = false;
  #lines: SpooledLine[] = [];
  #faults: { readonly place: SpooledPlace; readonly issue: Issue }[] = [];
  /** Why its good lines are rejected too. */
  #spoiledBy: Issue | undefined;

  constructor(id: string, names: OrderLineNames, context: EdgeContext) {
    this.id = id;
    this.#names = names;
    this.#context = context;
  }

  /** A line, one that can't be used, or the place of a row beside its lines of which not even the order could be read. */
  add(value: SpooledLine | SpooledFault | SpooledPlace): void {
    if (value.length === 2) {
      this.#spoil(`${nameOfPlace(value)} beside it can't be read, and may be of it`);
    } else if (isFault(value)) {
      const [row, line, path, message, namesCustomer] = value;
      this.#namesCustomer ||= namesCustomer;
      this.#fail([row, line], { path, message });
    } else {
      const line = value;
      const said = line[4];
      const issue = said && this.#contradiction(said);
      if (issue) this.#fail(placeOfLine(line), issue);
      else {
        if (said) this.#cells = { ...said, ...this.#cells };
        this.#lines.push(line);
      }
    }
  }

  /** Of an order that has more lines than one may have: the fates of those that it holds. */
  *overflow(): Iterable<GroupedRow> {
    if (this.#lines.length + this.#faults.length <= MAX_ORDER_ITEMS) return;
    const tooLong = { path: this.#name("id"), message: `order ${inQuotes(this.id)} has more than ${MAX_ORDER_ITEMS} lines` };
    this.#spoiledBy ??= tooLong;
    yield* this.#fates(tooLong);
    this.#isTooLong = tooLong;
    this.#lines = [];
    this.#faults = [];
  }
  #isTooLong: Issue | undefined;

  /** The order, or the fates of its lines. */
  async end(): Promise<Iterable<GroupedRow>> {
    if (this.#isTooLong) return this.#fates(this.#isTooLong);
    if (!this.#namesCustomer && !CUSTOMER_CELLS.some((cell) => this.#cells[cell] !== undefined)) {
      const path = CUSTOMER_CELLS.map((cell) => this.#names[cell]).find((name) => name !== undefined);
      return this.#rejected({ path: path ?? "customer.id", message: "is missing" });
    }
    this.#checkSigns();
    if (this.#spoiledBy) return this.#fates(this.#spoiledBy);
    const made = await this.#make();
    if ("issue" in made) return this.#fates(made.issue);
    return [{ ...placesOfAll(this.#lines.map(placeOfLine)), data: made.data }];
  }

  async #make(): Promise<{ readonly data: unknown } | { readonly issue: Issue }> {
    const { amount: _, discount: __, shipping: ___, ...cells } = this.#cells;
    const placedAt = this.#lines.reduce((earliest, [, , at]) => Math.min(earliest, at ?? earliest), Number.POSITIVE_INFINITY);
    if (!Number.isFinite(placedAt)) return this.#fault("placedAt", "is missing");
    const amount = await this.#amount();
    if ("issue" in amount) return amount;
    const { "customer.id": id, "customer.email": email, "customer.phone": phone, "customer.name": name, ...said } = cells;
    const inline = { ...(email ? { email } : {}), ...(phone ? { phone } : {}), ...(name ? { name } : {}) };
    const customer = Object.keys(inline).length === 0 ? { customerId: id } : { customer: { ...(id ? { id } : {}), ...inline } };
    const data = {
      id: this.id,
      ...customer,
      type: "purchase",
      ...said,
      amount: amount.amount,
      placedAt: formatInstant(placedAt),
      items: this.#lines.flatMap(([, , , item]) => itemOf(item)),
    };
    if (!isLongerThan(data, MAX_ORDER_BYTES)) return { data };
    return this.#fault("id", `order ${inQuotes(this.id)} is larger than ${MAX_ORDER_BYTES} bytes of JSON`);
  }

  /** What is given, or what the lines add up to; exact, and rounded once. */
  async #amount(): Promise<{ readonly amount: number | string } | { readonly issue: Issue }> {
    const { amount, discount, shipping } = this.#cells;
    if (amount !== undefined) return { amount: typeof amount === "number" ? Math.abs(amount) : amount.replace(/^-/, "") };
    if (!this.#lines.some(([, , , item]) => item["item.price"] !== undefined)) return this.#fault("amount", "is missing");
    let goods = ZERO;
    let rest = addDecimals(decimalOf(shipping) ?? ZERO, negative(magnitude(decimalOf(discount) ?? ZERO)));
    for (const [, , , item] of this.#lines) {
      if (isSliceOver()) await nextTurn();
      const { "item.quantity": quantity, "item.price": price, "item.shipping": freight } = item;
      const each = decimalOf(price);
      if (each) goods = addDecimals(goods, quantity === undefined ? each : multiplyDecimals(decimalOf(quantity) ?? ONE, each));
      if (freight !== undefined) rest = addDecimals(rest, decimalOf(freight) ?? ZERO);
    }
    const sum = addDecimals(this.#isRefund ? magnitude(goods) : goods, rest);
    if (sum.coefficient < 0n)
      return this.#fault("item.price", `the lines of order ${inQuotes(this.id)} add up to less than zero`);
    const { currencyDecimals } = this.#context;
    const minor = roundToMinorUnits(sum, currencyDecimals);
    if (minor === undefined)
      return this.#fault("item.price", `the lines of order ${inQuotes(this.id)} add up to too large an amount`);
    return { amount: fromMinorUnits(minor, currencyDecimals) };
  }

  get #isRefund(): boolean {
    return this.#cells.type === "refund";
  }

  /** A purchase has no minus, and which lines have one only the order can tell, whose type may stand on another line. */
  #checkSigns(): void {
    if (this.#isRefund) return;
    const isNegativeAmount = isNegative(this.#cells.amount);
    const wrong = this.#lines.filter(([, , , item]) => isNegative(item["item.quantity"]));
    if (!isNegativeAmount && wrong.length === 0) return;
    this.#lines = this.#lines.filter((line) => !wrong.includes(line));
    for (const line of wrong) {
      this.#fail(placeOfLine(line), {
        path: this.#name("item.quantity"),
        message: 'must be more than zero; goods come back with type "refund"',
      });
    }
    if (isNegativeAmount) {
      this.#spoiledBy = { path: this.#name("amount"), message: 'must be zero or more; give money back with type "refund"' };
    }
  }

  /** What a line says of its order otherwise than the first that said it. */
  #contradiction(said: OrderCells): Issue | undefined {
    const held = this.#cells;
    const other = ORDER_CELLS.find(
      (cell) => held[cell] !== undefined && said[cell] !== undefined && !isSame(cell, held[cell], said[cell]),
    );
    if (other === undefined) return undefined;
    const message = `order ${inQuotes(this.id)} has ${inQuotes(held[other])} here by its first lines, not ${inQuotes(said[other])}`;
    return { path: this.#name(other), message };
  }

  #fail(place: SpooledPlace, issue: Issue): void {
    this.#faults.push({ place, issue });
    this.#spoil(`${nameOfPlace(place)} of it can't be used`);
  }

  #spoil(why: string): void {
    this.#spoiledBy ??= { path: this.#name("id"), message: `order ${inQuotes(this.id)} is rejected whole: ${why}` };
  }

  #fault(target: OrderLineTarget, message: string): { readonly issue: Issue } {
    return { issue: { path: this.#name(target), message } };
  }

  #name(target: OrderLineTarget): string {
    return this.#names[target] ?? target;
  }

  /** Each line that can't be used for its own reason, the others for this one. */
  *#fates(issue: Issue): Iterable<GroupedRow> {
    for (const fault of this.#faults) yield { ...placesOfAll([fault.place]), issue: fault.issue };
    yield* together(this.#lines.map(placeOfLine), issue);
  }

  *#rejected(issue: Issue): Iterable<GroupedRow> {
    const places = [...this.#lines.map(placeOfLine), ...this.#faults.map(({ place }) => place)];
    yield* together(
      places.sort(([a], [b]) => a - b),
      issue,
    );
  }
}

function* together(places: readonly SpooledPlace[], issue: Issue): Iterable<GroupedRow> {
  for (let start = 0; start < places.length; start += MAX_REJECTED_TOGETHER)
    yield { ...placesOfAll(places.slice(start, start + MAX_REJECTED_TOGETHER)), issue };
}

function placesOfAll(places: readonly SpooledPlace[]): RowPlaces {
  const rows = places.map(([row]) => row);
  const lines = places.flatMap(([, line]) => line ?? []);
  return { rows, ...(lines.length === rows.length ? { lines } : {}) };
}

function placeOfLine([row, line]: SpooledLine): SpooledPlace {
  return [row, line];
}

function isFault(value: SpooledLine | SpooledFault): value is SpooledFault {
  return typeof value[2] === "string";
}

function itemOf(cells: ItemCells): readonly unknown[] {
  const {
    "item.sku": sku,
    "item.name": name,
    "item.category": category,
    "item.quantity": quantity = 1,
    "item.price": price,
  } = cells;
  if (sku === undefined) return [];
  return [{ sku, ...(name ? { name } : {}), ...(category ? { category } : {}), quantity: Math.abs(Number(quantity)), price }];
}

function negative({ coefficient, scale }: Decimal): Decimal {
  return { coefficient: -coefficient, scale };
}

function magnitude(value: Decimal): Decimal {
  return value.coefficient < 0n ? negative(value) : value;
}

function isSame(cell: OrderLineTarget, one: string | number, other: string | number): boolean {
  return one === other || (DECIMALS.has(cell) && Number(one) === Number(other));
}

function inQuotes(value: string | number | undefined): string {
  return JSON.stringify(value);
}
