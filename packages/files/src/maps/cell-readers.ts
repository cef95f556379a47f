import type { AttributeTypes } from "@crm-engine/core";
import type { MappedColumn, MappedType } from "@crm-engine/core/schemas";
import { readText, readValue } from "../cells/csv-cells.js";
import { dateReader } from "./date-formats.js";
import { type DecimalSign, decimalReader, moneyReader, percentReader, readJsonNumber } from "./decimals.js";
import { quoted, Refused } from "./refused.js";
import { ATTRIBUTE, type TargetKind } from "./targets.js";
import { booleanReader, listReader, valueReader } from "./words.js";

/** What the engine knows that cells are read by. */
export interface MapContext {
  readonly currency: string;
  readonly attributes?: AttributeTypes;
}

/** Reads a cell that is not empty. */
export type ReadCell = (cell: string) => unknown;

/** Text of the file as people mean it: without the apostrophe by which a spreadsheet keeps it text. */
function plain(cell: string): string {
  return cell.startsWith("'") ? readText(cell).replace(/^'(?=[+\d])/, "") : cell;
}

const INTEGER = /^(\d+)\.0+$/;

export function cellReader(target: string, found: TargetKind, entry: MappedColumn, context: MapContext): ReadCell {
  const { decimal } = entry;
  const isJson = entry.format === "json";
  switch (found) {
    case "text":
    case "choice":
      return textReader(target, entry);
    case "list":
      return listReader(entry.separator);
    case "date":
      return dateReader(formatsOf(entry), entry.zone);
    case "number":
      return countReader(isJson ? readJsonNumber : decimalReader(decimal), entry.none ?? []);
    case "money":
      return isJson ? readJsonNumber : moneyReader(decimal, context.currency);
    case "whole":
      return isJson ? readJsonNumber : asNumber(decimalReader(decimal));
    case "attribute":
      return attributeReader(target, entry, context);
    default:
      return readText;
  }
}

/** Said of a line by a cell: that it has no item. */
export const NO_ITEM = Symbol("no item");

function countReader(read: ReadCell, none: readonly string[]): ReadCell {
  return none.length === 0 ? read : (cell) => (none.includes(cell) ? NO_ITEM : read(cell));
}

export function formatsOf({ format }: Pick<MappedColumn, "format">): readonly string[] {
  return format === undefined ? [] : typeof format === "string" ? [format] : format;
}

function textReader(target: string, { format, values }: MappedColumn): ReadCell {
  if (format === "verbatim") return readText;
  if (values) return valueReader(values);
  if (format === "integer") return (cell) => plain(cell).replace(INTEGER, "$1");
  if (target === "currency") return (cell) => cell.toUpperCase();
  return target === "type" || target === "status" ? (cell) => cell.toLowerCase() : plain;
}

function attributeReader(target: string, entry: MappedColumn, context: MapContext): ReadCell {
  const name = ATTRIBUTE.exec(target)?.[1] ?? "";
  const declared = context.attributes && Object.hasOwn(context.attributes, name) ? context.attributes[name] : undefined;
  const type: MappedType | undefined = entry.type ?? declared;
  return type === undefined ? readValue : typedReader(type, entry, context);
}

function typedReader(type: MappedType, entry: MappedColumn, { currency }: MapContext): ReadCell {
  const sign: DecimalSign | undefined = entry.decimal;
  switch (type) {
    case "string":
      return textReader("", entry);
    case "number":
      return entry.format === "json" ? readJsonNumber : asNumber(decimalReader(sign));
    case "money":
      return asNumber(moneyReader(sign, currency));
    case "percent":
      return asNumber(percentReader(sign));
    case "boolean":
      return booleanReader(entry);
    case "date":
      return dateReader(formatsOf(entry), entry.zone);
    case "array":
      return listReader(entry.separator);
  }
}

/** Only what a number holds exactly: no digit of a cell is lost in silence. */
function asNumber(read: (cell: string) => string | Refused): ReadCell {
  return (cell) => {
    const decimal = read(cell);
    if (decimal instanceof Refused) return decimal;
    if (decimal.replace(/\D/g, "").replace(/^0+/, "").length > 15)
      return new Refused(`${quoted(cell)} has more digits than a number holds`);
    return Number(decimal);
  };
}
