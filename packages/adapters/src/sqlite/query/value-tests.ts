import type { Test, ValueType } from "@crm-engine/core/ports";
import type { SqlValue } from "../database/driver.js";
import { placeholders } from "../schema/columns.js";
import type { Limits } from "./compile-target.js";
import { ALWAYS, type Compiled, combine, NEVER } from "./expressions.js";
import { inRanges, inWallClockRanges, onDays } from "./time-ranges.js";

/** Where a value is held, by its type. */
export interface Columns {
  readonly text: string;
  readonly folded: string;
  readonly number: string;
  readonly instant: string;
  /** Absent where times are always instants. */
  readonly wallClock?: string;
  readonly array: string;
}

/** A test of a value that is known to be of the type. */
interface TypedTest extends Compiled {
  readonly type: ValueType;
}

const COMPARE = { lt: "<", lte: "<=", gt: ">", gte: ">=" } as const;

/** A column that holds values of these types, and null where one is missing. An instant is a number and a date. */
export interface Column {
  readonly sql: string;
  readonly types: readonly ValueType[];
  readonly folded?: string;
  /** It is never null. */
  readonly required?: boolean;
}

export function columnTest(test: Test, { sql, types, folded = sql, required = false }: Column, limits: Limits): Compiled {
  const present = required ? ALWAYS : { sql: `(${sql} IS NOT NULL)`, values: [] };
  if (test.kind === "present") return present;
  if (test.kind === "typed") return types.includes(test.type) ? present : NEVER;
  const compiled = valueTest(test, { text: sql, folded, number: sql, instant: sql, array: sql }, limits);
  return types.includes(compiled.type) ? compiled : NEVER;
}

/** A test of an expression that is a whole number (or an instant) and never null. The expression may have bound values itself. */
export function wholeNumberTest(test: Test, { sql, values }: Compiled, limits: Limits): Compiled {
  switch (test.kind) {
    case "present":
      return ALWAYS;
    case "typed":
      return test.type === "number" || test.type === "date" ? ALWAYS : NEVER;
    case "compare":
      return { sql: `(${sql} ${COMPARE[test.how]} ?)`, values: [...values, test.value] };
    case "numberIn": {
      const compiled = oneOf(sql, test.values.filter(Number.isSafeInteger), limits);
      return { sql: compiled.sql, values: [...values, ...compiled.values] };
    }
    case "within":
      return inRanges({ sql, values }, test.ranges, limits);
    // No number meets these.
    case "textIn":
    case "textLike":
    case "is":
    case "includes":
    case "empty":
      return NEVER;
  }
}

export function valueTest(test: Exclude<Test, { kind: "present" | "typed" }>, columns: Columns, limits: Limits): TypedTest {
  switch (test.kind) {
    case "textIn":
      return { type: "text", ...oneOf(columns.text, test.values, limits) };
    case "textLike":
      return { type: "text", ...textLike(columns.folded, test.how, test.folded) };
    case "compare":
      return { type: "number", sql: `(${columns.number} ${COMPARE[test.how]} ?)`, values: [test.value] };
    case "numberIn":
      return { type: "number", ...oneNumberOf(columns.number, test.values, limits) };
    case "is":
      return { type: "boolean", sql: `(${columns.number} = ?)`, values: [test.value ? 1 : 0] };
    case "within":
      return { type: "date", ...inOneOf(test, columns, limits) };
    case "includes":
      return { type: "array", ...includes(columns.array, test.how, test.values, limits) };
    case "empty":
      return { type: "array", sql: `(${columns.array} = '[]')`, values: [] };
  }
}

function oneOf(column: string, choices: readonly SqlValue[], limits: Limits): Compiled {
  if (choices.length <= limits.choices) return { sql: `(${column} IN (${placeholders(choices.length)}))`, values: choices };
  return { sql: `(${column} IN (SELECT value FROM json_each(?)))`, values: [JSON.stringify(choices)] };
}

/** SQLite reads whole numbers from JSON exactly, but may round others differently from a bound value. */
function oneNumberOf(column: string, choices: readonly number[], limits: Limits): Compiled {
  const whole = choices.length > limits.choices ? choices.filter(Number.isSafeInteger) : [];
  const rest = choices.length > limits.choices ? choices.filter((choice) => !Number.isSafeInteger(choice)) : choices;
  const bound: Compiled = { sql: `(${column} IN (${placeholders(rest.length)}))`, values: rest };
  if (whole.length === 0) return bound;
  return combine([{ sql: `(${column} IN (SELECT value FROM json_each(?)))`, values: [JSON.stringify(whole)] }, bound], "OR");
}

function textLike(column: string, how: "contains" | "starts" | "ends", folded: string): Compiled {
  if (how === "contains") return { sql: `(instr(${column}, ?) > 0)`, values: [folded] };
  const characters = [...folded].length;
  if (how === "starts") return { sql: `(substr(${column}, 1, ?) = ?)`, values: [characters, folded] };
  return { sql: `(substr(${column}, ?) = ?)`, values: [-characters, folded] };
}

function includes(column: string, how: "any" | "all", wanted: readonly string[], limits: Limits): Compiled {
  if (how === "any") {
    const test = oneOf("e.value", wanted, limits);
    return { sql: `EXISTS (SELECT 1 FROM json_each(${column}) e WHERE ${test.sql})`, values: test.values };
  }
  const sql = `NOT EXISTS (SELECT 1 FROM json_each(?) w WHERE w.value NOT IN (SELECT value FROM json_each(${column})))`;
  return { sql: `(${sql})`, values: [JSON.stringify(wanted)] };
}

function inOneOf(
  { ranges, yearly }: Extract<Test, { readonly kind: "within" }>,
  { instant, wallClock }: Columns,
  limits: Limits,
): Compiled {
  const instants = inRanges({ sql: instant, values: [] }, ranges, limits);
  if (wallClock === undefined) return instants;
  const column = { sql: wallClock, values: [] };
  return combine([yearly ? onDays(column, yearly) : inWallClockRanges(column, ranges, limits), instants], "OR");
}
