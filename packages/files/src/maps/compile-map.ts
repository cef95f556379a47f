import type { BatchKind, ImportMap, Issue } from "@crm-engine/core";
import type { OrderLineNames } from "@crm-engine/core/schemas";
import { malformed } from "../input-fault.js";
import { type MapContext, NO_ITEM } from "./cell-readers.js";
import { type Cells, columnsOf, compileTarget, nameOf, type Step } from "./compile-target.js";
import { Refused } from "./refused.js";

/** What a record becomes: a row or an order line; or why it can't, with the id of the order that it is a line of. */
export type MappedRecord = { readonly data: unknown } | { readonly issue: Issue; readonly orderId?: string };

/** A map of one kind, ready for the headers of files. */
export interface RowMap {
  readonly kind: BatchKind;
  readonly map: ImportMap;
  /** What the file calls the targets of an order line, for messages. */
  readonly names: OrderLineNames;
  /** Throws, as malformed, where the header lacks columns of the map, or has one of them twice. */
  open(header: readonly string[]): (cells: readonly string[]) => MappedRecord;
  /** Reads a JSON object, whose own members are its columns. */
  readObject(data: unknown): MappedRecord;
}

const SHOWN = 50;

/** With the columns, if any, by which a header is known to be of another file than the map's. */
export function compileMap(kind: BatchKind, map: ImportMap, context: MapContext, never: readonly string[] = []): RowMap {
  const read = kind === "orders" ? (map["item.quantity"] === undefined ? readLine : readCountedLine) : readRow;
  const columns = [...new Set(Object.values(map).flatMap((entry) => columnsOf(entry).map(({ column }) => column)))];
  let ofObjects: readonly Step[] | undefined;
  return {
    kind,
    map,
    names: Object.fromEntries(Object.entries(map).flatMap(([target, entry]) => [[target, nameOf(entry)]])) as OrderLineNames,
    open: (header) => {
      const foreign = never.filter((name) => header.includes(name));
      if (foreign.length > 0) {
        throw malformed(
          `The header is of another file than the map's: it has ${foreign.join(", ")}.`,
          foreign.map((name) => ({ path: name, message: "is in no file of this map" })),
        );
      }
      const steps = stepsOf(kind, map, header, context);
      return (cells) =>
        cells.length === header.length
          ? read(steps, cells)
          : { issue: { path: "", message: `the row has ${cells.length} cells, the header ${header.length}` } };
    },
    readObject: (data) => {
      ofObjects ??= stepsOf(kind, map, columns, context);
      return read(
        ofObjects,
        columns.map((column) => memberOf(data, column)),
      );
    },
  };
}

/** The steps of a map under a header, the order's id first, so that a line that can't be used is known by it. */
function stepsOf(kind: BatchKind, map: ImportMap, header: readonly string[], context: MapContext): readonly Step[] {
  checkHeader(map, header);
  const placeOf = (column: string): number | undefined => {
    const place = header.indexOf(column);
    return place === -1 ? undefined : place;
  };
  const steps = Object.entries(map).map(([target, entry]) => compileTarget(kind, target, entry, placeOf, context));
  return steps.sort((one, other) => Number(other.target === "id") - Number(one.target === "id"));
}

function checkHeader(map: ImportMap, header: readonly string[]): void {
  const columns = Object.values(map).flatMap(columnsOf);
  const there = new Set(header);
  const missing = [
    ...new Set(columns.filter(({ column, optional }) => !optional && !there.has(column)).map(({ column }) => column)),
  ];
  if (missing.length > 0) {
    const has = header.slice(0, SHOWN).map((name) => (name === "" ? "a column without a name" : name));
    throw malformed(
      `The header lacks columns of the map: ${missing.join(", ")}. It has ${has.join(", ")}${header.length > SHOWN ? " …" : ""}.`,
      missing.map((name) => ({ path: name, message: "is not in the header" })),
    );
  }
  const twice = [...new Set(columns.map(({ column }) => column))].filter(
    (name) => header.indexOf(name) !== header.lastIndexOf(name),
  );
  if (twice.length === 0) return;
  throw malformed(
    `The header has columns of the map twice: ${twice.join(", ")}.`,
    twice.map((name) => ({ path: name, message: "is in the header twice" })),
  );
}

function readLine(steps: readonly Step[], cells: Cells): MappedRecord {
  const line: Record<string, unknown> = {};
  for (const { target, name, read } of steps) {
    const value = read(cells);
    if (value instanceof Refused) {
      const { id } = line;
      return { issue: { path: name, message: value.message }, ...(typeof id === "string" ? { orderId: id } : {}) };
    }
    if (value !== undefined) line[target] = value;
  }
  return { data: line["item.quantity"] === NO_ITEM ? withoutItem(line) : line };
}

function withoutItem(line: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(line).filter(([target]) => !target.startsWith("item.")));
}

/** One of each, where the file turns out to have no column for how many. */
function readCountedLine(steps: readonly Step[], cells: Cells): MappedRecord {
  const read = readLine(steps, cells);
  if (!("data" in read) || steps.some(({ target, isThere }) => target === "item.quantity" && isThere)) return read;
  const line = read.data as Readonly<Record<string, unknown>>;
  const hasItem = line["item.sku"] !== undefined || line["item.price"] !== undefined;
  return hasItem ? { data: { ...line, "item.quantity": 1 } } : read;
}

function readRow(steps: readonly Step[], cells: Cells): MappedRecord {
  const row: Record<string, unknown> = {};
  for (const { path, name, read } of steps) {
    const value = read(cells);
    if (value instanceof Refused) return { issue: { path: name, message: value.message } };
    if (value === undefined) continue;
    const [first = "", second] = path;
    if (second === undefined) row[first] = value;
    else {
      const inner = (row[first] ?? {}) as Record<string, unknown>;
      row[first] = inner;
      inner[second] = value;
    }
  }
  return { data: row };
}

function memberOf(data: unknown, column: string): string | number | boolean {
  const value: unknown =
    typeof data === "object" && data !== null && Object.hasOwn(data, column) ? Reflect.get(data, column) : undefined;
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : "";
}
