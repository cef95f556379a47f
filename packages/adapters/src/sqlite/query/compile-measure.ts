import { holdsWithoutRows, type Test, verdictWithRows } from "@crm-engine/core/ports";
import type { Target } from "./compile-target.js";
import { ALWAYS, type Compiled, type CustomerKey, NEVER, negate } from "./expressions.js";

/** A measure over rows that belong to customers. */
export interface Measured {
  /** The rows, as a FROM clause. */
  readonly source: string;
  /** The column of a row that refers to its customer, and the customer's column that it refers to. */
  readonly owner: string;
  readonly key: CustomerKey;
  /** No customer has more than one of the rows. */
  readonly single?: boolean;
  readonly where: Compiled;
  /** The test of the measure, as an aggregate expression over one customer's rows. */
  readonly having: Compiled;
}

/**
 * A GROUP BY sees only customers with rows. Where a customer without rows satisfies the test, this selects everyone except those
 * whose rows fail it.
 */
export function compileMeasure(test: Test, { subqueries }: Target, measured: Measured): Compiled {
  const { source, owner, key, where, single = false } = measured;
  const negated = holdsWithoutRows(test);
  if (measured.having.sql === NEVER.sql || (measured.having.sql === ALWAYS.sql && negated)) return measured.having;
  const wanted = negated ? negate(measured.having) : measured.having;
  // Where having a row at all decides the test, nothing is aggregated.
  const having = verdictWithRows(test) === !negated ? ALWAYS : wanted;
  const grouping = having.sql === ALWAYS.sql ? "" : ` GROUP BY ${owner} HAVING ${having.sql}`;
  const values = [...where.values, ...having.values];
  const found: Compiled =
    subqueries === "set"
      ? inSet(key, { owner, rest: `FROM ${source} WHERE ${where.sql}${grouping}`, values, once: single || grouping !== "" })
      : { sql: `EXISTS (SELECT 1 FROM ${source} WHERE ${owner} = c.${key} AND ${where.sql}${grouping})`, values, key };
  return negated ? negate(found) : found;
}

/** A SELECT of customers' keys, from the FROM clause on. */
interface SelectedKeys {
  readonly owner: string;
  readonly rest: string;
  readonly values: Compiled["values"];
  /** It selects no key twice. */
  readonly once: boolean;
}

export function inSet(key: CustomerKey, { owner, rest, values, once }: SelectedKeys): Compiled {
  const select = `SELECT ${once ? "" : "DISTINCT "}${owner} AS ${key} ${rest}`;
  return { sql: `(c.${key} IN (SELECT ${owner} ${rest}))`, values, key, set: { select, values, except: false } };
}
