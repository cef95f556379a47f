import type { BatchKind } from "@crm-engine/core";
import type { MapEntry, MappedColumn } from "@crm-engine/core/schemas";
import { cellReader, formatsOf, type MapContext } from "./cell-readers.js";
import { dateReader } from "./date-formats.js";
import { subtracted } from "./decimals.js";
import { Refused } from "./refused.js";
import { ATTRIBUTE, type TargetKind, targetKind } from "./targets.js";
import { consentReader, listReader } from "./words.js";

/** Cells of a record; numbers and truth values only where the record was JSON. */
export type Cells = readonly (string | number | boolean)[];

/** How one target is read from a record. */
export interface Step {
  readonly target: string;
  readonly path: readonly string[];
  /** As messages name it: its column, or the target of a constant. */
  readonly name: string;
  /** False where the header has none of its columns, which are optional. */
  readonly isThere: boolean;
  /** Undefined where the cells say nothing, null where they clear. */
  readonly read: (cells: Cells) => unknown;
}

/** The place of a column in the header; undefined where it is optional and not there. */
type PlaceOf = (column: string, optional: boolean) => number | undefined;

export function entryOf(entry: MapEntry): MappedColumn {
  return typeof entry === "string" ? { column: entry } : entry;
}

/** The columns that a target needs to be there, and those that it takes if they are. */
export function columnsOf(given: MapEntry): readonly { readonly column: string; readonly optional: boolean }[] {
  const entry = entryOf(given);
  const { at } = entry;
  const optional = entry.optional ?? false;
  const own = [...(entry.column === undefined ? [] : [entry.column]), ...(entry.columns ?? [])];
  return [
    ...[...own, ...(entry.minus === undefined ? [] : [entry.minus])].map((column) => ({ column, optional })),
    ...(at === undefined
      ? []
      : [typeof at === "string" ? { column: at, optional } : { column: at.column, optional: at.optional ?? optional }]),
  ];
}

/** What a target's cells are called; undefined for a constant. */
export function nameOf(given: MapEntry): string | undefined {
  const { column, columns } = entryOf(given);
  return column ?? columns?.[0];
}

export function compileTarget(kind: BatchKind, target: string, given: MapEntry, placeOf: PlaceOf, context: MapContext): Step {
  const entry = entryOf(given);
  const found = targetKind(kind, target) ?? "text";
  const attribute = found === "attribute" ? ATTRIBUTE.exec(target)?.[1] : undefined;
  const path = attribute === undefined ? target.split(".") : ["attributes", attribute];
  const isThere = entry.value !== undefined || placesOf(entry, placeOf).length > 0;
  return { target, path, name: nameOf(given) ?? target, isThere, read: stepReader(target, found, entry, placeOf, context) };
}

function stepReader(target: string, found: TargetKind, entry: MappedColumn, placeOf: PlaceOf, context: MapContext): Step["read"] {
  if (found === "consent") return consentStep(entry, placeOf);
  if (entry.value !== undefined) return constant(target, found, entry, context);
  const cleared = entry.empty === "clear" ? null : undefined;
  const read = cellReader(target, found, entry, context);
  const places = placesOf(entry, placeOf);
  if (places.length === 0) return () => undefined;
  const isList = found === "list" || (found === "attribute" && entry.type === "array");
  if (isList && entry.columns) return joinedLists(places, listReader(entry.separator), cleared);

  const cellOf = cellIn(places, entry);
  const takesValues = found === "number" || found === "money" || found === "whole" || found === "attribute";
  const one = (cells: Cells): unknown => {
    const cell = cellOf(cells);
    if (cell === "" || cell === undefined) return cleared;
    if (typeof cell === "string") return read(cell);
    return takesValues ? cell : read(String(cell));
  };
  if (entry.minus === undefined) return one;
  const less = cellIn(placesOf({ column: entry.minus, optional: entry.optional }, placeOf), {});
  return (cells) => {
    const [whole, off] = [one(cells), less(cells)];
    if (whole === undefined || whole === null || whole instanceof Refused || off === undefined || off === "") return whole;
    const taken = typeof off === "string" ? read(off) : off;
    return taken instanceof Refused ? taken : subtracted(String(whole), String(taken).replace(/^-/, ""));
  };
}

function placesOf(entry: Pick<MappedColumn, "column" | "columns" | "optional">, placeOf: PlaceOf): readonly number[] {
  const columns = entry.columns ?? (entry.column === undefined ? [] : [entry.column]);
  return columns.map((column) => placeOf(column, entry.optional ?? false)).filter((place) => place !== undefined);
}

/** One cell of one or several columns, trimmed if the map does not say otherwise. */
function cellIn(
  places: readonly number[],
  { format, take, join = " " }: MappedColumn,
): (cells: Cells) => Cells[number] | undefined {
  const isVerbatim = format === "verbatim" || format === "json";
  const at = (cells: Cells, place: number) => {
    const cell = cells[place];
    return typeof cell === "string" && !isVerbatim ? cell.trim() : cell;
  };
  const [first = -1] = places;
  if (places.length < 2) return (cells) => at(cells, first);
  const said = (cells: Cells) => places.map((place) => at(cells, place)).filter((cell) => cell !== "" && cell !== undefined);
  return take === "first" ? (cells) => said(cells)[0] : (cells) => said(cells).join(join);
}

function joinedLists(
  places: readonly number[],
  read: (cell: string) => readonly string[],
  cleared: null | undefined,
): Step["read"] {
  return (cells) => {
    const entries = places.flatMap((place) => read(String(cells[place] ?? "").trim()));
    return entries.length === 0 ? cleared : entries;
  };
}

function constant(target: string, found: TargetKind, entry: MappedColumn, context: MapContext): Step["read"] {
  const { value } = entry;
  const read = typeof value === "string" ? cellReader(target, found, entry, context)(value) : value;
  return () => read;
}

function consentStep(entry: MappedColumn, placeOf: PlaceOf): Step["read"] {
  const word = consentReader(entry);
  const cellOf = entry.value === undefined ? cellIn(placesOf(entry, placeOf), entry) : () => String(entry.value);
  const at = entry.at === undefined ? undefined : typeof entry.at === "string" ? { column: entry.at } : entry.at;
  const since = at && cellIn(placesOf({ ...at, optional: at.optional ?? entry.optional }, placeOf), {});
  const readDate = dateReader(at ? formatsOf(at) : [], at?.zone);
  return (cells) => {
    const said = word(String(cellOf(cells) ?? ""));
    if (said === undefined || said instanceof Refused) return said;
    const cell = String(since?.(cells) ?? "");
    const date = cell === "" ? undefined : readDate(cell);
    if (date instanceof Refused) return date;
    const state = said === "subscribed" ? { state: "subscribed" } : { state: "withdrawn", by: said };
    return date === undefined ? state : { ...state, at: date };
  };
}
