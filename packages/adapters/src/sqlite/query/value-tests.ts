import type { Condition, TimeRange } from "@crm-engine/core/ports";
import type { SqlValue } from "../database/driver.js";
import { placeholders } from "../schema/columns.js";
import type { Limits } from "./compile-target.js";
import { ALWAYS, type Compiled, combine, type Leaf, NEVER } from "./expressions.js";
import { inRanges, inWallClockRanges } from "./time-ranges.js";

/** Where a value is, by how it is held. */
export interface Columns {
  readonly text: string;
  readonly folded: string;
  readonly number: string;
  readonly instant: string;
  /** Absent where times are always instants. */
  readonly wallClock?: string;
  readonly array: string;
}

export type ValueType = Extract<Condition, { kind: "typed" }>["type"];
/** A test of a value that is known to be of the type. */
interface Test extends Compiled {
  readonly type: ValueType;
}

const COMPARE = { lt: "<", lte: "<=", gt: ">", gte: ">=" } as const;

/** A column that holds values of these types (as an instant, what is a number and a date), and null where one is missing. */
export interface Column {
  readonly sql: string;
  readonly types: readonly ValueType[];
  readonly folded?: string;
  /** It is never null. */
  readonly required?: boolean;
}

export function columnTest(leaf: Leaf, { sql, types, folded = sql, required = false }: Column, limits: Limits): Compiled {
  const present = required ? ALWAYS : { sql: `(${sql} IS NOT NULL)`, values: [] };
  if (leaf.kind === "present") return present;
  if (leaf.kind === "typed") return types.includes(leaf.type) ? present : NEVER;
  const test = valueTest(leaf, { text: sql, folded, number: sql, instant: sql, array: sql }, limits);
  return types.includes(test.type) ? test : NEVER;
}

/** A test of an expression that is a whole number (or an instant) and never null, and that may hold values of its own. */
export function wholeNumberTest(leaf: Leaf, { sql, values }: Compiled, limits: Limits): Compiled {
  switch (leaf.kind) {
    case "present":
      return ALWAYS;
    case "typed":
      return leaf.type === "number" || leaf.type === "date" ? ALWAYS : NEVER;
    case "compare":
      return { sql: `(${sql} ${COMPARE[leaf.how]} ?)`, values: [...values, leaf.value] };
    case "numberIn": {
      const test = oneOf(sql, leaf.values.filter(Number.isSafeInteger), limits);
      return { sql: test.sql, values: [...values, ...test.values] };
    }
    case "within":
      return inRanges({ sql, values }, leaf.ranges, limits);
    default:
      return NEVER;
  }
}

export function valueTest(leaf: Exclude<Leaf, { kind: "present" | "typed" }>, columns: Columns, limits: Limits): Test {
  switch (leaf.kind) {
    case "textIn":
      return { type: "text", ...oneOf(columns.text, leaf.values, limits) };
    case "textLike":
      return { type: "text", ...textLike(columns.folded, leaf.how, leaf.folded) };
    case "compare":
      return { type: "number", sql: `(${columns.number} ${COMPARE[leaf.how]} ?)`, values: [leaf.value] };
    case "numberIn":
      return { type: "number", ...oneNumberOf(columns.number, leaf.values, limits) };
    case "is":
      return { type: "boolean", sql: `(${columns.number} = ?)`, values: [leaf.value ? 1 : 0] };
    case "within":
      return { type: "date", ...inOneOf(leaf.ranges, columns, limits) };
    case "includes":
      return { type: "array", ...includes(columns.array, leaf.how, leaf.values, limits) };
    case "empty":
      return { type: "array", sql: `(${columns.array} = '[]')`, values: [] };
  }
}

function oneOf(column: string, choices: readonly SqlValue[], limits: Limits): Compiled {
  if (choices.length <= limits.choices) return { sql: `(${column} IN (${placeholders(choices.length)}))`, values: choices };
  return { sql: `(${column} IN (SELECT value FROM json_each(?)))`, values: [JSON.stringify(choices)] };
}

/** Whole numbers survive JSON as SQLite reads it; it rounds others differently. */
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

function inOneOf(ranges: readonly TimeRange[], { instant, wallClock }: Columns, limits: Limits): Compiled {
  const instants = inRanges({ sql: instant, values: [] }, ranges, limits);
  if (wallClock === undefined) return instants;
  return combine([inWallClockRanges({ sql: wallClock, values: [] }, ranges, limits), instants], "OR");
}
