import type { AttributeType, AttributeTypes, BatchKind, Issue } from "@crm-engine/core";
import { ADDRESS_FIELDS, CHANNELS } from "@crm-engine/core/schemas";
import { malformed } from "./limits.js";

type ReadCell = (cell: string) => unknown;

/** Where a column's cells go in the row, and how they are read. */
interface Column {
  readonly path: readonly string[];
  readonly read: ReadCell;
}

const asText: ReadCell = (cell) => cell;
const asNumber: ReadCell = (cell) => canonicalNumber(cell) ?? cell;
const asList: ReadCell = (cell) =>
  cell
    .split(";")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");

/** `7`, `-1.5`: what prints back as it stands. `007` and `1.10` are text, since reading them as numbers would lose something. */
function canonicalNumber(cell: string): number | undefined {
  const number = Number(cell);
  return Number.isFinite(number) && String(number) === cell ? number : undefined;
}

const asAttribute: ReadCell = (cell) => (cell === "true" ? true : cell === "false" ? false : (canonicalNumber(cell) ?? cell));

/** A cell of a declared attribute is read as what it was declared to be: text stays text, though it looks like a number. */
const DECLARED: Readonly<Record<AttributeType, ReadCell>> = {
  string: asText,
  date: asText,
  number: asNumber,
  boolean: asAttribute,
  array: asList,
};

const CUSTOMER_COLUMNS: Readonly<Record<string, Column>> = {
  ...columns(asText, ["id", ...ADDRESS_FIELDS, "name", "timeZone", "lastVisitAt"]),
  ...columns(asNumber, ["visitCount"]),
  ...columns(asList, ["tags"]),
  ...Object.fromEntries(CHANNELS.flatMap((channel) => Object.entries(consentColumns(channel)))),
};

const ORDER_COLUMNS: Readonly<Record<string, Column>> = {
  ...columns(asText, ["id", "customerId", "type", "status", "amount", "currency", "placedAt", "channel"]),
  sku: { path: ["item", "sku"], read: asText },
  itemName: { path: ["item", "name"], read: asText },
  category: { path: ["item", "category"], read: asText },
  quantity: { path: ["item", "quantity"], read: asNumber },
  price: { path: ["item", "price"], read: asText },
};

export type ReadRecord = (cells: readonly string[]) => { readonly data: unknown } | { readonly issue: Issue };

/** How the records under a header of field names become rows. Throws, as malformed, for a name that is unknown or there twice. */
export function fieldReader(header: readonly string[], kind: BatchKind, attributes: AttributeTypes = {}): ReadRecord {
  const found = header.map((name) => (kind === "customers" ? customerColumn(name, attributes) : orderColumn(name, attributes)));
  const unknown = `is not a known ${kind === "customers" ? "customer" : "order"} column`;
  refuseHeader(header, (index) => (found[index] === undefined ? unknown : undefined));
  return sized(header, (cells) => {
    const row: Record<string, unknown> = {};
    for (const [index, cell] of cells.entries()) {
      const column = found[index];
      if (column !== undefined && cell !== "") place(row, column.path, column.read(cell));
    }
    const { item, ...order } = row;
    return kind === "orders" && item !== undefined ? { ...order, items: [item] } : row;
  });
}

/** How records become raw rows, column by column, for a map that names the columns it needs. */
export function rawReader(header: readonly string[], needed: readonly string[]): ReadRecord {
  refuseHeader(header, () => undefined);
  const missing = needed.filter((name) => !header.includes(name));
  if (missing.length > 0) {
    throw malformed(
      `The header lacks columns of the map: ${missing.join(", ")}.`,
      missing.map((name) => ({ path: name, message: "is not in the header" })),
    );
  }
  return sized(header, (cells) => Object.fromEntries(header.map((name, index) => [name, cells[index]])));
}

function customerColumn(name: string, attributes: AttributeTypes): Column | undefined {
  if (Object.hasOwn(CUSTOMER_COLUMNS, name)) return CUSTOMER_COLUMNS[name];
  const attribute = /^attributes\.(.+)$/s.exec(name)?.[1];
  if (attribute === undefined || attribute === "__proto__") return undefined;
  const type = Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
  return { path: ["attributes", attribute], read: type === undefined ? asAttribute : DECLARED[type] };
}

function orderColumn(name: string, attributes: AttributeTypes): Column | undefined {
  if (Object.hasOwn(ORDER_COLUMNS, name)) return ORDER_COLUMNS[name];
  const column = name.startsWith("customer.") ? customerColumn(name.slice("customer.".length), attributes) : undefined;
  return column && { path: ["customer", ...column.path], read: column.read };
}

function refuseHeader(header: readonly string[], fault: (index: number) => string | undefined): void {
  const issues: Issue[] = [];
  const seen = new Set<string>();
  for (const [index, name] of header.entries()) {
    const message = seen.has(name) ? "is in the header twice" : fault(index);
    seen.add(name);
    if (message !== undefined) issues.push({ path: name, message });
  }
  const first = issues[0];
  if (first)
    throw malformed(
      `The CSV header is wrong: ${first.path === "" ? "a column without a name" : first.path} ${first.message}.`,
      issues.slice(0, 100),
    );
}

function sized(header: readonly string[], read: (cells: readonly string[]) => unknown): ReadRecord {
  return (cells) =>
    cells.length === header.length
      ? { data: read(cells) }
      : { issue: { path: "", message: `the row has ${cells.length} cells, the header ${header.length}` } };
}

function place(row: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [first, ...rest] = path;
  if (first === undefined) return;
  if (rest.length === 0) {
    row[first] = value;
    return;
  }
  const inner = (row[first] ?? {}) as Record<string, unknown>;
  row[first] = inner;
  place(inner, rest, value);
}

function columns(read: ReadCell, names: readonly string[]): Record<string, Column> {
  return Object.fromEntries(names.map((name) => [name, { path: [name], read }]));
}

/** `consent.email` holds the state, `consent.email.at` since when. */
function consentColumns(channel: string): Record<string, Column> {
  return {
    [`consent.${channel}`]: { path: ["consent", channel, "state"], read: asText },
    [`consent.${channel}.at`]: { path: ["consent", channel, "at"], read: asText },
  };
}
