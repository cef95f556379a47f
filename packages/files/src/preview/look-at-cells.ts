import type { AttributeType } from "@crm-engine/core";
import { parsedJson } from "../cells/csv-cells.js";

/** A number that nothing is lost of: no leading zero, no plus sign, at most 15 digits. */
const PLAIN_NUMBER = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,14})?$/;
const MOST_DIGITS = 15;
const ISO_DATE = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

const TESTS: readonly (readonly [AttributeType, (cell: string) => boolean])[] = [
  ["boolean", (cell) => cell === "true" || cell === "false"],
  ["number", (cell) => PLAIN_NUMBER.test(cell) && cell.replace(/\D/g, "").length <= MOST_DIGITS],
  ["date", (cell) => ISO_DATE.test(cell) && !Number.isNaN(Date.parse(cell.slice(0, 10)))],
  ["array", isList],
];

/** The type that all of the cells allow, empty ones aside; text where there is none. */
export function typeOfCells(cells: readonly string[]): AttributeType {
  const filled = cells.filter((cell) => cell !== "");
  if (filled.length === 0) return "string";
  return TESTS.find(([, holds]) => filled.every(holds))?.[0] ?? "string";
}

function isList(cell: string): boolean {
  if (!cell.startsWith("[")) return false;
  const list = parsedJson(cell);
  return Array.isArray(list) && list.every((entry) => typeof entry === "string");
}
