import type { AttributeType, AttributeTypes, BatchKind, Issue } from "@crm-engine/core";
import { ADDRESS_FIELDS, CHANNELS } from "@crm-engine/core/schemas";
import { malformed } from "../input-fault.js";
import { isTooDeep } from "../reading/too-deep.js";
import { parsedJson, readList, readNumber, readText, readValue } from "./csv-cells.js";

type ReadCell = (cell: string) => unknown;

/** Where a column's cells go in the row, and how they are read; nowhere, where they are passed over. */
interface Column {
  readonly path: readonly string[];
  readonly read: ReadCell;
}

const asNumber: ReadCell = (cell) => readNumber(cell) ?? readText(cell);

/** A cell of a declared attribute is read as what it was declared to be: text stays text, though it looks like a number. */
const DECLARED: Readonly<Record<AttributeType, ReadCell>> = {
  string: readText,
  date: readText,
  number: asNumber,
  boolean: readValue,
  array: readList,
};

/** What the engine keeps itself, and exports beside the rest. */
const PASSED_OVER = ["orderCount", "totalSpend", "firstOrderAt", "lastOrderAt", "createdAt", "updatedAt"];
/** Exported orders have a row for each line: read as orders, each line would replace the one before. */
const ORDER_LINE = "line";
const LINES_NEED_MAP = "These are order lines, as they are exported: they need the map crm-engine.";
/** Attributes that have no column of their own, as a JSON object. */
const OTHER_ATTRIBUTES = "attributes";

const CUSTOMER_COLUMNS: Readonly<Record<string, Column>> = {
  ...columns(readText, ["id", ...ADDRESS_FIELDS, "name", "timeZone", "lastVisitAt"]),
  ...columns(asNumber, ["visitCount"]),
  ...columns(readList, ["tags"]),
  ...columns(readObject, [OTHER_ATTRIBUTES]),
  ...Object.fromEntries(CHANNELS.flatMap((channel) => Object.entries(consentColumns(channel)))),
};

const ORDER_COLUMNS: Readonly<Record<string, Column>> = {
  ...columns(readText, ["id", "customerId", "type", "status", "amount", "currency", "placedAt", "channel"]),
  sku: { path: ["item", "sku"], read: readText },
  itemName: { path: ["item", "name"], read: readText },
  category: { path: ["item", "category"], read: readText },
  quantity: { path: ["item", "quantity"], read: asNumber },
  price: { path: ["item", "price"], read: readText },
};

export type ReadRecord = (
  cells: readonly string[],
) => { readonly data: unknown } | { readonly issue: Issue; readonly orderId?: string };

/** How the records under a header of field names become rows. Throws, as malformed, for a name that is unknown or there twice. */
export function fieldReader(header: readonly string[], kind: BatchKind, attributes: AttributeTypes = {}): ReadRecord {
  const found = header.map((name) => (kind === "customers" ? topColumn(name, attributes) : orderColumn(name, attributes)));
  if (kind === "orders" && header.includes(ORDER_LINE))
    throw malformed(LINES_NEED_MAP, [{ path: ORDER_LINE, message: LINES_NEED_MAP }]);
  const unknown = `is not a known ${kind === "customers" ? "customer" : "order"} column`;
  refuseHeader(header, (index) => (found[index] === undefined ? unknown : undefined));
  refuseMissing(header, kind);
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

function topColumn(name: string, attributes: AttributeTypes): Column | undefined {
  return PASSED_OVER.includes(name) ? { path: [], read: readText } : customerColumn(name, attributes);
}

function customerColumn(name: string, attributes: AttributeTypes): Column | undefined {
  if (Object.hasOwn(CUSTOMER_COLUMNS, name)) return CUSTOMER_COLUMNS[name];
  const attribute = /^attributes\.(.+)$/s.exec(name)?.[1];
  if (attribute === undefined || attribute === "__proto__") return undefined;
  const type = Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
  return { path: ["attributes", attribute], read: type === undefined ? readValue : DECLARED[type] };
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

/** Of each of these a row needs one: without such a column, no row could be taken. */
const NEEDED: Readonly<Record<BatchKind, readonly (readonly string[])[]>> = {
  customers: [["id", ...ADDRESS_FIELDS]],
  orders: [["id"], ["customerId", ...["id", ...ADDRESS_FIELDS].map((field) => `customer.${field}`)], ["amount"], ["placedAt"]],
};

function refuseMissing(header: readonly string[], kind: BatchKind): void {
  const missing = NEEDED[kind].filter((names) => !names.some((name) => header.includes(name)));
  if (missing.length === 0) return;
  const names = missing.map((one) => (one.length === 1 ? one[0] : `${one.slice(0, -1).join(", ")} or ${one.at(-1)}`));
  throw malformed(
    `The CSV header lacks ${names.join(", and ")}. For a file with other names, say a map.`,
    missing.map(([path = ""]) => ({ path, message: "is not in the header" })),
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
  const held = row[first];
  if (rest.length === 0) {
    row[first] = isRecord(held) && isRecord(value) ? { ...held, ...value } : value;
  } else if (held === undefined || isRecord(held)) {
    const inner = held ?? {};
    row[first] = inner;
    place(inner, rest, value);
  }
}

/** A cell that holds no object stays text, which the row is then rejected for. */
function readObject(cell: string): unknown {
  const value = parsedJson(cell);
  return isRecord(value) && !isTooDeep(value) ? value : cell;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function columns(read: ReadCell, names: readonly string[]): Record<string, Column> {
  return Object.fromEntries(names.map((name) => [name, { path: [name], read }]));
}

/** `consent.email` holds the state, `consent.email.at` since when, `consent.email.by` how it was withdrawn. */
function consentColumns(channel: string): Record<string, Column> {
  return {
    [`consent.${channel}`]: { path: ["consent", channel, "state"], read: readText },
    [`consent.${channel}.at`]: { path: ["consent", channel, "at"], read: readText },
    [`consent.${channel}.by`]: { path: ["consent", channel, "by"], read: readText },
  };
}
