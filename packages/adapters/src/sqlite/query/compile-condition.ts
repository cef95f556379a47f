import { type Condition, type FieldRef, SAMPLE_PLACES, type SampleRef } from "@crm-engine/core/ports";
import { compileMessages } from "./compile-communications.js";
import { inSet } from "./compile-measure.js";
import { compileOrders } from "./compile-orders.js";
import { asking, askingOnce, type Limits, type Reading, type Target } from "./compile-target.js";
import { ALWAYS, type Compiled, combine, compileTree, type Leaf, NEVER } from "./expressions.js";
import { audienceShare, FEW } from "./selectivity.js";
import { type Columns, columnTest, type ValueType, valueTest, wholeNumberTest } from "./value-tests.js";

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

/** A boolean expression over the customer row `c` that selects exactly whom core's `holds` does. */
export function compileCondition(condition: Condition, reading: Reading): Compiled {
  const fast = compile(condition, { ...reading, limits: FAST });
  return fast.values.length <= MAX_PARAMETERS ? fast : compile(condition, { ...reading, limits: SMALL });
}

/** Whether a condition reads subqueries over orders or messages. */
export function readsMeasures(condition: Condition): boolean {
  if (condition.kind === "not") return readsMeasures(condition.of);
  return "of" in condition ? condition.of.some(readsMeasures) : ["orders", "messages"].includes(condition.field.of);
}

/** Where one part of the whole leaves few customers, the other parts look at these one by one. */
function compile(condition: Condition, target: Target): Compiled {
  const parts = condition.kind === "all" ? condition.of : [condition];
  const shares = parts.map((part) => audienceShare(part, target.span));
  const least = Math.min(1, ...shares);
  const narrowest = least <= FEW ? shares.indexOf(least) : undefined;
  const apart: Target = { ...target, subqueries: "correlated" };
  return combine(
    parts.map((part, index) => {
      const reading = narrowest === undefined || index === narrowest ? target : apart;
      return compileTree(part, (leaf) => compileLeaf(leaf, reading));
    }),
    "AND",
  );
}

function compileLeaf(leaf: Leaf, target: Target): Compiled {
  const { field } = leaf;
  const { tables, limits, subqueries } = target;
  switch (field.of) {
    case "customer": {
      const column = `c.${COLUMN_NAMES[field.name]}`;
      return columnTest(leaf, { sql: column, folded: `ifnull(${column}_folded, ${column})`, types: typesOf(field.name) }, limits);
    }
    case "consent":
      return columnTest(leaf, { sql: `c.consent_${field.channel}`, types: ["text"], required: true }, limits);
    case "attribute": {
      const together = subqueries === "set";
      const test = combine([attributeTest(leaf, limits), ...(together ? asking(target, "a.customer") : [])], "AND");
      const rest = `FROM ${tables.attributes} a WHERE a.name = ${together ? askingOnce(target) : "?"} AND ${test.sql}`;
      const values = [field.name, ...test.values];
      if (together) return inSet("num", { owner: "a.customer", rest, values, once: true });
      return { sql: `EXISTS (SELECT 1 ${rest} AND a.customer = c.num)`, values, key: "num" };
    }
    case "sample":
      return sampleTest(leaf, field, limits);
    case "orders":
      return compileOrders(leaf, field, target);
    case "messages":
      return compileMessages(leaf, field, target);
    case "order":
    case "item":
      return NEVER;
  }
}

function typesOf(name: CustomerField["name"]): readonly ValueType[] {
  if (name === "tags") return ["array"];
  return TEXT_FIELDS.includes(name) ? ["text"] : ["number", "date"];
}

function attributeTest(leaf: Leaf, limits: Limits): Compiled {
  if (leaf.kind === "present") return ALWAYS;
  if (leaf.kind === "typed") {
    if (leaf.type === "date") return { sql: "(a.instant IS NOT NULL OR a.wall_clock IS NOT NULL)", values: [] };
    return { sql: "a.kind = ?", values: [leaf.type] };
  }
  const { type, sql, values } = valueTest(leaf, ATTRIBUTE, limits);
  return type === "date" ? { sql, values } : { sql: `(${sql} AND a.kind = ?)`, values: [...values, type] };
}

/** In 64-bit integers: a bound number may arrive as a double, and products of doubles lose digits. */
function sampleTest(leaf: Leaf, { factor, offset }: SampleRef, limits: Limits): Compiled {
  if (factor === 1 && offset === 0)
    return columnTest(leaf, { sql: "c.sample_hash", types: ["number", "date"], required: true }, limits);
  const place = `((c.sample_hash * CAST(? AS INTEGER) + CAST(? AS INTEGER)) % ${SAMPLE_PLACES})`;
  return wholeNumberTest(leaf, { sql: place, values: [factor, offset] }, limits);
}
