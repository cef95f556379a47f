import type { Target } from "./compile-target.js";
import { ALWAYS, type Compiled, type Leaf, NEVER, negate } from "./expressions.js";

/** A figure over rows that belong to customers. */
export interface Figure {
  /** The rows, as a FROM clause. */
  readonly source: string;
  /** The column that says whose a row is, and the customer's column that it is equal to. */
  readonly group: string;
  readonly customer: "c.num" | "c.id";
  readonly where: Compiled;
  /** The test of the figure, over one customer's rows. */
  readonly test: Compiled;
  /** The figure is the number of rows. */
  readonly counts: boolean;
}

/**
 * Customers are told apart by what is true of their rows, so who has none is in none of the groups: where the test holds of
 * none, the customers wanted are all but those with rows of which it does not hold.
 */
export function compileFigure(leaf: Leaf, { figures }: Target, figure: Figure): Compiled {
  const { source, group, customer, where, test } = figure;
  if (test.sql === NEVER.sql || (test.sql === ALWAYS.sql && isNeverMissing(leaf))) return test;
  const negated = holdsOfNone(leaf);
  const having = figure.counts && everyCountPasses(leaf, negated) ? ALWAYS : negated ? negate(test) : test;
  const grouping = having.sql === ALWAYS.sql ? "" : ` GROUP BY ${group} HAVING ${having.sql}`;
  const values = [...where.values, ...having.values];
  const found: Compiled =
    figures === "together"
      ? inSet(customer, { column: group, once: grouping !== "", rest: `FROM ${source} WHERE ${where.sql}${grouping}` }, values)
      : { sql: `EXISTS (SELECT 1 FROM ${source} WHERE ${group} = ${customer} AND ${where.sql}${grouping})`, values };
  return negated ? negate(found) : found;
}

/** The rest of a SELECT of one column, which may find a customer more than once. */
interface Found {
  readonly column: string;
  readonly rest: string;
  readonly once: boolean;
}

export function inSet(customer: "c.num" | "c.id", { column, rest, once }: Found, values: Compiled["values"]): Compiled {
  const set = { select: `SELECT ${once ? "" : "DISTINCT "}${column} ${rest}`, except: false };
  return { sql: `(${customer} IN (SELECT ${column} ${rest}))`, values, ...(customer === "c.num" ? { set } : {}) };
}

/** Whether a test of a figure holds for a customer with no rows: counts and sums are zero then, the others missing. */
export function holdsOfNone(leaf: Leaf): boolean {
  return isNeverMissing(leaf) && numberHolds(leaf, 0);
}

function isNeverMissing({ field }: Leaf): boolean {
  return field.of === "messages" || (field.of === "orders" && (field.figure === "count" || field.figure === "sum"));
}

function numberHolds(leaf: Leaf, number: number): boolean {
  switch (leaf.kind) {
    case "compare":
      switch (leaf.how) {
        case "lt":
          return number < leaf.value;
        case "lte":
          return number <= leaf.value;
        case "gt":
          return number > leaf.value;
        case "gte":
          return number >= leaf.value;
      }
      break;
    case "numberIn":
      return leaf.values.includes(number);
    default:
      return false;
  }
}

/** Whether every count from 1 on passes the test, or its complement, so that there is nothing to count. */
function everyCountPasses(leaf: Leaf, negated: boolean): boolean {
  if (leaf.kind === "numberIn") return negated && leaf.values.every((value) => value < 1);
  if (leaf.kind !== "compare" || numberHolds(leaf, 1) === negated) return false;
  return negated === (leaf.how === "lt" || leaf.how === "lte");
}
