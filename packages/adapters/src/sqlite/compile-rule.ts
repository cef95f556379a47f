import type { Condition, FieldRef, TimeRange } from "@crm-engine/core";
import { placeholders } from "./columns.js";
import type { SqlValue } from "./driver.js";

/** A boolean expression over the customer row `c`, never null; data is in `values` only. */
export interface Compiled {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** SQLite takes 32,766 parameters in a statement; some are the statement's own. */
const MAX_PARAMETERS = 32_000;
/** Longest lists that go in value by value; longer ones are one JSON parameter, which is dearer to read for each row. */
interface Limits {
  readonly choices: number;
  readonly ranges: number;
}
const FAST: Limits = { choices: 100, ranges: 300 };
const SMALL: Limits = { choices: 3, ranges: 3 };

type ValueType = Extract<Condition, { kind: "typed" }>["type"];
/** A test of a value that is known to be of the type. */
interface Test extends Compiled {
  readonly type: ValueType;
}
type Leaf = Exclude<Condition, { kind: "all" | "any" | "not" }>;
type CustomerField = Extract<FieldRef, { of: "customer" }>;

interface Columns {
  readonly text: string;
  readonly folded: string;
  readonly number: string;
  readonly instant: string;
  /** Absent where times are always instants. */
  readonly wallClock?: string;
  readonly array: string;
}

const COLUMN_NAMES = {
  id: "id",
  email: "email",
  phone: "phone",
  name: "name",
  timeZone: "time_zone",
  tags: "tags",
  visitCount: "visit_count",
  lastVisitAt: "last_visit_at",
  createdAt: "created_at",
  updatedAt: "updated_at",
  orderCount: "order_count",
  totalSpend: "total_spend",
  firstOrderAt: "first_order_at",
  lastOrderAt: "last_order_at",
} as const satisfies Record<CustomerField["name"], string>;

const ATTRIBUTE: Columns = {
  text: "a.text",
  folded: "ifnull(a.folded, a.text)",
  number: "a.number",
  instant: "a.instant",
  wallClock: "a.wall_clock",
  array: "iif(a.kind = 'array', a.text, '[]')",
};
const TEXT_FIELDS: readonly CustomerField["name"][] = ["id", "email", "phone", "name", "timeZone"];
const NOBODY: Compiled = { sql: "FALSE", values: [] };
const COMPARE = { lt: "<", lte: "<=", gt: ">", gte: ">=" } as const;

/** Selects exactly whom core's `holds` does. Every test is two-valued, so that NOT is the plain complement. */
export function compileCondition(condition: Condition, attributes: string): Compiled {
  const fast = compile(condition, { attributes, limits: FAST });
  return fast.values.length <= MAX_PARAMETERS ? fast : compile(condition, { attributes, limits: SMALL });
}

interface Target {
  /** The table of attributes. */
  readonly attributes: string;
  readonly limits: Limits;
}

function compile(condition: Condition, target: Target): Compiled {
  switch (condition.kind) {
    case "all":
      return combine(
        condition.of.map((part) => compile(part, target)),
        "AND",
        "TRUE",
      );
    case "any":
      return combine(
        condition.of.map((part) => compile(part, target)),
        "OR",
        "FALSE",
      );
    case "not": {
      const { sql, values } = compile(condition.of, target);
      return { sql: `(NOT ${sql})`, values };
    }
    default:
      return compileLeaf(condition, target);
  }
}

function compileLeaf(leaf: Leaf, { attributes, limits }: Target): Compiled {
  const { field } = leaf;
  if (field.of === "attribute") {
    const test = attributeTest(leaf, limits);
    return {
      sql: `EXISTS (SELECT 1 FROM ${attributes} a WHERE a.customer = c.num AND a.name = ? AND ${test.sql})`,
      values: [field.name, ...test.values],
    };
  }
  const column = field.of === "consent" ? `c.consent_${field.channel}` : `c.${COLUMN_NAMES[field.name]}`;
  const folded = field.of === "customer" ? `ifnull(${column}_folded, ${column})` : column;
  const types = typesOf(field);
  if (leaf.kind === "present") return { sql: `(${column} IS NOT NULL)`, values: [] };
  if (leaf.kind === "typed") return types.includes(leaf.type) ? { sql: `(${column} IS NOT NULL)`, values: [] } : NOBODY;
  const test = valueTest(leaf, { text: column, folded, number: column, instant: column, array: column }, limits);
  return types.includes(test.type) ? { sql: `(${test.sql} IS TRUE)`, values: test.values } : NOBODY;
}

/** What a customer's own fields hold; a number there may be an instant. */
function typesOf(field: Exclude<FieldRef, { of: "attribute" }>): readonly ValueType[] {
  if (field.of === "consent") return ["text"];
  if (field.name === "tags") return ["array"];
  return TEXT_FIELDS.includes(field.name) ? ["text"] : ["number", "date"];
}

function attributeTest(leaf: Leaf, limits: Limits): Compiled {
  if (leaf.kind === "present") return { sql: "TRUE", values: [] };
  if (leaf.kind === "typed") {
    if (leaf.type === "date") return { sql: "(a.instant IS NOT NULL OR a.wall_clock IS NOT NULL)", values: [] };
    return { sql: "a.kind = ?", values: [leaf.type] };
  }
  const { type, sql, values } = valueTest(leaf, ATTRIBUTE, limits);
  return type === "date" ? { sql, values } : { sql: `a.kind = ? AND ${sql}`, values: [type, ...values] };
}

function valueTest(leaf: Exclude<Leaf, { kind: "present" | "typed" }>, columns: Columns, limits: Limits): Test {
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

function oneOf(column: string, choices: readonly string[], limits: Limits): Compiled {
  if (choices.length <= limits.choices) return { sql: `(${column} IN (${placeholders(choices.length)}))`, values: choices };
  return { sql: `(${column} IN (SELECT value FROM json_each(?)))`, values: [JSON.stringify(choices)] };
}

/** Whole numbers survive JSON as SQLite reads it; it rounds others differently. */
function oneNumberOf(column: string, choices: readonly number[], limits: Limits): Compiled {
  const whole = choices.length > limits.choices ? choices.filter(Number.isSafeInteger) : [];
  const rest = choices.length > limits.choices ? choices.filter((choice) => !Number.isSafeInteger(choice)) : choices;
  const bound: Compiled = { sql: `(${column} IN (${placeholders(rest.length)}))`, values: rest };
  if (whole.length === 0) return bound;
  return combine(
    [{ sql: `(${column} IN (SELECT value FROM json_each(?)))`, values: [JSON.stringify(whole)] }, bound],
    "OR",
    "FALSE",
  );
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
  const instants = inOneSpan(
    instant,
    ranges.map(({ from, to }) => [from, to]),
    limits,
  );
  if (wallClock === undefined) return instants;
  const wallClocks = inOneSpan(
    wallClock,
    ranges.map(({ fromWallClock, toWallClock }) => [fromWallClock, toWallClock]),
    limits,
  );
  return combine([instants, wallClocks], "OR", "FALSE");
}

type Span = readonly [from: SqlValue | undefined, to: SqlValue | undefined];

function inOneSpan(column: string, spans: readonly Span[], limits: Limits): Compiled {
  const present: Compiled = { sql: `(${column} IS NOT NULL)`, values: [] };
  if (spans.length <= limits.ranges)
    return combine(
      [
        present,
        combine(
          spans.map((span) => inSpan(column, span)),
          "OR",
          "FALSE",
        ),
      ],
      "AND",
      "TRUE",
    );
  const inside = `ifnull(${column} >= s.value ->> 0, TRUE) AND ifnull(${column} < s.value ->> 1, TRUE)`;
  const json = JSON.stringify(spans.map(([from, to]) => [from ?? null, to ?? null]));
  return combine([present, { sql: `EXISTS (SELECT 1 FROM json_each(?) s WHERE ${inside})`, values: [json] }], "AND", "TRUE");
}

function inSpan(column: string, [from, to]: Span): Compiled {
  const tests: Compiled[] = [];
  if (from !== undefined) tests.push({ sql: `(${column} >= ?)`, values: [from] });
  if (to !== undefined) tests.push({ sql: `(${column} < ?)`, values: [to] });
  return combine(tests, "AND", "TRUE");
}

/** As a balanced tree: SQLite limits how deep an expression may be, not how wide. */
function combine(parts: readonly Compiled[], operator: "AND" | "OR", none: "TRUE" | "FALSE"): Compiled {
  const [first] = parts;
  if (!first) return { sql: none, values: [] };
  if (parts.length === 1) return first;
  const middle = parts.length >> 1;
  const left = combine(parts.slice(0, middle), operator, none);
  const right = combine(parts.slice(middle), operator, none);
  return { sql: `(${left.sql} ${operator} ${right.sql})`, values: [...left.values, ...right.values] };
}
