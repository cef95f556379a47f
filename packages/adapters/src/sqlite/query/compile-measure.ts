import type { Target } from "./compile-target.js";
import { ALWAYS, type Compiled, type CustomerKey, type Leaf, NEVER, negate } from "./expressions.js";

const COMPARES = {
  lt: (number: number, bound: number) => number < bound,
  lte: (number: number, bound: number) => number <= bound,
  gt: (number: number, bound: number) => number > bound,
  gte: (number: number, bound: number) => number >= bound,
} as const;

/** A measure over rows that belong to customers. */
export interface Measured {
  /** The rows, as a FROM clause. */
  readonly source: string;
  /** The column that says whose a row is, and the customer's column that it is equal to. */
  readonly owner: string;
  readonly key: CustomerKey;
  /** Nobody has more than one of the rows. */
  readonly single?: boolean;
  readonly where: Compiled;
  /** The test of the measure, over one customer's rows. */
  readonly test: Compiled;
  /** The measure is the number of rows. */
  readonly counts: boolean;
}

/**
 * Customers are told apart by what is true of their rows, so who has none is in none of the groups: where the test holds of
 * none, the customers wanted are all but those with rows of which it does not hold.
 */
export function compileMeasure(leaf: Leaf, { subqueries }: Target, measure: Measured): Compiled {
  const { source, owner, key, where, test, single = false } = measure;
  if (test.sql === NEVER.sql || (test.sql === ALWAYS.sql && isNeverMissing(leaf))) return test;
  const negated = holdsOfNone(leaf);
  const having = measure.counts && everyCountPasses(leaf, negated) ? ALWAYS : negated ? negate(test) : test;
  const grouping = having.sql === ALWAYS.sql ? "" : ` GROUP BY ${owner} HAVING ${having.sql}`;
  const values = [...where.values, ...having.values];
  const found: Compiled =
    subqueries === "set"
      ? inSet(key, { owner, rest: `FROM ${source} WHERE ${where.sql}${grouping}`, values, once: single || grouping !== "" })
      : { sql: `EXISTS (SELECT 1 FROM ${source} WHERE ${owner} = c.${key} AND ${where.sql}${grouping})`, values, key };
  return negated ? negate(found) : found;
}

/** The rest of a SELECT of the column that says whose a row is. */
interface Found {
  readonly owner: string;
  readonly rest: string;
  readonly values: Compiled["values"];
  /** Nobody is found more than once. */
  readonly once: boolean;
}

export function inSet(key: CustomerKey, { owner, rest, values, once }: Found): Compiled {
  const select = `SELECT ${once ? "" : "DISTINCT "}${owner} AS ${key} ${rest}`;
  return { sql: `(c.${key} IN (SELECT ${owner} ${rest}))`, values, key, set: { select, values, except: false } };
}

/** Whether a test of a measure holds for a customer with no rows: counts and sums are zero then, the others missing. */
export function holdsOfNone(leaf: Leaf): boolean {
  return isNeverMissing(leaf) && numberHolds(leaf, 0);
}

function isNeverMissing({ field }: Leaf): boolean {
  return field.of === "messages" || (field.of === "orders" && (field.measure === "count" || field.measure === "sum"));
}

function numberHolds(leaf: Leaf, number: number): boolean {
  if (leaf.kind === "numberIn") return leaf.values.includes(number);
  if (leaf.kind === "within") return leaf.ranges.some(({ from = number, to = number + 1 }) => number >= from && number < to);
  return leaf.kind === "compare" && COMPARES[leaf.how](number, leaf.value);
}

/** Whether every count from 1 on passes the test, or its complement, so that there is nothing to count. */
function everyCountPasses(leaf: Leaf, negated: boolean): boolean {
  if (leaf.kind === "numberIn") return negated && leaf.values.every((value) => value < 1);
  if (leaf.kind !== "compare" || numberHolds(leaf, 1) === negated) return false;
  return negated === (leaf.how === "lt" || leaf.how === "lte");
}
