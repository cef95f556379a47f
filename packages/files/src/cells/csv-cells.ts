/** Cells of CSV files as they are written and read: what is written reads back as exactly what it was. */

/** A spreadsheet takes text that begins so for a formula; phone numbers and plain numbers it doesn't. */
function isFormula(text: string): boolean {
  return /^[=@\t\r]/.test(text) || (/^[+-]/.test(text) && !/^[+-][\d ().-]*$/.test(text));
}

/**
 * The text behind an apostrophe that keeps it text: of a formula, of nothing, or of what would be read as a number, a truth value or a
 * list. Undefined for every other cell, also for one that begins with an apostrophe of its own (`'s-Hertogenbosch`).
 */
function markedText(cell: string): string | undefined {
  if (!cell.startsWith("'")) return undefined;
  const text = cell.replace(/^'+/, "");
  return text === "" || isFormula(text) || typeof readTyped(text) !== "string" ? cell.slice(1) : undefined;
}

/** Text as a cell that no spreadsheet runs. */
export function textCell(text: string): string {
  return isFormula(text) || markedText(text) !== undefined ? `'${text}` : text;
}

/** Of text that may be empty: an empty cell says nothing. */
export function anyTextCell(text: string): string {
  return text === "" ? "'" : textCell(text);
}

export function readText(cell: string): string {
  return markedText(cell) ?? cell;
}

/** `vip;new`, or JSON where that would read back as something else. */
export function listCell(list: readonly string[]): string {
  const joined = textCell(list.join(";"));
  const same = readList(joined);
  return same.length === list.length && same.every((entry, index) => entry === list[index]) ? joined : JSON.stringify(list);
}

export function readList(cell: string): readonly string[] {
  const entries = (): readonly string[] =>
    readText(cell)
      .split(";")
      .map((entry) => entry.trim())
      .filter((entry) => entry !== "");
  return jsonList(cell) ?? entries();
}

type Value = string | number | boolean | readonly string[];

/** A value whose type the column doesn't say. */
export function valueCell(value: Value): string {
  if (typeof value === "string") return typeof readTyped(value) === "string" ? anyTextCell(value) : `'${value}`;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

export function readValue(cell: string): Value {
  return markedText(cell) ?? readTyped(cell);
}

/** `7`, `-1.5`: what prints back as it stands. `007` and `1.10` are text, since reading them as numbers would lose something. */
export function readNumber(cell: string): number | undefined {
  const number = Number(cell);
  return Number.isFinite(number) && String(number) === cell ? number : undefined;
}

function readTyped(text: string): Value {
  return text === "true" ? true : text === "false" ? false : (readNumber(text) ?? jsonList(text) ?? text);
}

function jsonList(text: string): readonly string[] | undefined {
  if (!text.startsWith("[") || !text.endsWith("]")) return undefined;
  const list = parsedJson(text);
  return Array.isArray(list) && list.every((entry) => typeof entry === "string") ? list : undefined;
}

/** Undefined for what is no JSON. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
