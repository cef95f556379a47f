import {
  type Condition,
  type ConsentRef,
  type FieldRef,
  SAMPLE_PLACES,
  type SampleRef,
  type Test,
  type ValueType,
} from "@crm-engine/core/ports";
import { markColumns } from "../schema/columns.js";
import { compileMessages } from "./compile-communications.js";
import { inSet } from "./compile-measure.js";
import { compileOrders } from "./compile-orders.js";
import { type CompileOptions, checkInterrupt, checkInterruptOnce, type Limits, type Target } from "./compile-target.js";
import { ALWAYS, type Compiled, combine, compileTree, NEVER } from "./expressions.js";
import { customerSelectivity, SELECTIVE } from "./selectivity.js";
import { type Columns, columnTest, valueTest, wholeNumberTest } from "./value-tests.js";

/** SQLite takes 32,766 parameters in a statement; some are the statement's own. */
const MAX_PARAMETERS = 32_000;
const FAST: Limits = { choices: 100, ranges: 300 };
const SMALL: Limits = { choices: 3, ranges: 3 };

type CustomerField = Extract<FieldRef, { of: "customer" }>;

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

/** A boolean expression over the customer row `c` that selects exactly the customers for whom core's `holds` is true. */
export function compileCondition(condition: Condition, options: CompileOptions): Compiled {
  const fast = compile(condition, { ...options, limits: FAST });
  return fast.values.length <= MAX_PARAMETERS ? fast : compile(condition, { ...options, limits: SMALL });
}

/** Where one conjunct is selective, the others become correlated subqueries for the few customers whom it leaves. */
function compile(condition: Condition, target: Target): Compiled {
  const parts = condition.kind === "all" ? condition.of : [condition];
  const estimates = parts.map((part) => customerSelectivity(part, target.span));
  const least = Math.min(1, ...estimates);
  const driving = least <= SELECTIVE ? estimates.indexOf(least) : undefined;
  const correlated: Target = { ...target, subqueries: "correlated" };
  return combine(
    parts.map((part, index) => {
      const partTarget = driving === undefined || index === driving ? target : correlated;
      return compileTree(part, (test) => compileTest(test, partTarget));
    }),
    "AND",
  );
}

function compileTest(test: Test, target: Target): Compiled {
  const { field } = test;
  const { limits } = target;
  switch (field.of) {
    case "customer": {
      const column = `c.${COLUMN_NAMES[field.name]}`;
      return columnTest(test, { sql: column, folded: `ifnull(${column}_folded, ${column})`, types: typesOf(field.name) }, limits);
    }
    case "consent":
      return columnTest(test, consentColumn(field), limits);
    case "mark":
      return columnTest(test, { sql: `c.${markColumns(field.channel).refusal}`, types: ["text"] }, limits);
    case "attribute":
      return compileAttribute(test, field.name, target);
    case "sample":
      return sampleTest(test, field, limits);
    case "orders":
      return compileOrders(test, field, target);
    case "messages":
      return compileMessages(test, field, target);
    // No customer has these.
    case "order":
    case "item":
      return NEVER;
  }
}

function consentColumn({ channel, otherwise }: ConsentRef) {
  const sql = `c.consent_${channel}`;
  // One of core's few states, and so no text of a user's.
  return otherwise === undefined
    ? ({ sql, types: ["text"] } as const)
    : ({ sql: `ifnull(${sql}, '${otherwise}')`, types: ["text"], required: true } as const);
}

function typesOf(name: CustomerField["name"]): readonly ValueType[] {
  if (name === "tags") return ["array"];
  return TEXT_FIELDS.includes(name) ? ["text"] : ["number", "date"];
}

function compileAttribute(test: Test, name: string, target: Target): Compiled {
  const asSet = target.subqueries === "set";
  const where = combine([attributeTest(test, target.limits), ...(asSet ? checkInterrupt(target, "a.customer") : [])], "AND");
  const rest = `FROM ${target.tables.attributes} a WHERE a.name = ${asSet ? checkInterruptOnce(target) : "?"} AND ${where.sql}`;
  const values = [name, ...where.values];
  if (asSet) return inSet("num", { owner: "a.customer", rest, values, once: true });
  return { sql: `EXISTS (SELECT 1 ${rest} AND a.customer = c.num)`, values, key: "num" };
}

function attributeTest(test: Test, limits: Limits): Compiled {
  if (test.kind === "present") return ALWAYS;
  if (test.kind === "typed") {
    if (test.type === "date") return { sql: "(a.instant IS NOT NULL OR a.wall_clock IS NOT NULL)", values: [] };
    return { sql: "a.kind = ?", values: [test.type] };
  }
  const { type, sql, values } = valueTest(test, ATTRIBUTE, limits);
  return type === "date" ? { sql, values } : { sql: `(${sql} AND a.kind = ?)`, values: [...values, type] };
}

/** Computed in 64-bit integers: a bound number may arrive as a double, and products of doubles lose digits. */
function sampleTest(test: Test, { factor, offset }: SampleRef, limits: Limits): Compiled {
  if (factor === 1 && offset === 0)
    return columnTest(test, { sql: "c.sample_hash", types: ["number", "date"], required: true }, limits);
  const place = `((c.sample_hash * CAST(? AS INTEGER) + CAST(? AS INTEGER)) % ${SAMPLE_PLACES})`;
  return wholeNumberTest(test, { sql: place, values: [factor, offset] }, limits);
}
