import { type Condition, foldCondition, type Test } from "@crm-engine/core/ports";
import type { SqlValue } from "../database/driver.js";

/** The customer's column that rows of other tables refer to. */
export type CustomerKey = "num" | "id";

/** An expression that is true for the rows that it selects, else false or null. Data is in `values` only. */
export interface Compiled {
  readonly sql: string;
  readonly values: readonly SqlValue[];
  /** Given where this column is all that the expression reads of a customer `c`. */
  readonly key?: CustomerKey;
  /** Given where the customers selected can be listed without testing each one. */
  readonly set?: CustomerSet;
}

/** The customers whose keys a SELECT returns, or all others (`except`). Its one column is named like the key and has no duplicates. */
interface CustomerSet {
  readonly select: string;
  readonly values: readonly SqlValue[];
  readonly except: boolean;
}

export const ALWAYS: Compiled = { sql: "TRUE", values: [] };
export const NEVER: Compiled = { sql: "FALSE", values: [] };

export function compileTree(condition: Condition, compileTest: (test: Test) => Compiled): Compiled {
  return foldCondition<Compiled>(condition, {
    all: (parts) => combine(parts, "AND"),
    any: (parts) => combine(parts, "OR"),
    not: negate,
    test: compileTest,
  });
}

/** The complement: also selects the rows for which the expression is null. */
export function negate({ sql, set, ...rest }: Compiled): Compiled {
  if (sql === ALWAYS.sql) return NEVER;
  if (sql === NEVER.sql) return ALWAYS;
  return { ...rest, sql: `(${sql} IS NOT TRUE)`, ...(set ? { set: complement(set) } : {}) };
}

/** Drops the parts that don't matter. The rest is a balanced tree, since SQLite limits the depth of an expression, not its width. */
export function combine(parts: readonly Compiled[], operator: "AND" | "OR"): Compiled {
  const [none, decided] = operator === "AND" ? [ALWAYS, NEVER] : [NEVER, ALWAYS];
  if (parts.some(({ sql }) => sql === decided.sql)) return decided;
  const tree = (from: readonly Compiled[]): Compiled => {
    const [first] = from;
    if (!first) return none;
    if (from.length === 1) return first;
    return pair(tree(from.slice(0, from.length >> 1)), tree(from.slice(from.length >> 1)), operator);
  };
  return tree(parts.filter(({ sql }) => sql !== none.sql));
}

function pair(left: Compiled, right: Compiled, operator: "AND" | "OR"): Compiled {
  const both = { sql: `(${left.sql} ${operator} ${right.sql})`, values: [...left.values, ...right.values] };
  const { key } = left;
  if (key === undefined || key !== right.key) return both;
  const set = operator === "AND" ? intersection(key, left, right) : union(key, left, right);
  return { ...both, key, ...(set ? { set } : {}) };
}

/** A list of customers, filtered by the other test, whatever that is; or all customers except those whom either side excludes. */
function intersection(key: CustomerKey, left: Compiled, right: Compiled): CustomerSet | undefined {
  if (left.set?.except === false) return those(key, left.set, right);
  if (right.set?.except === false) return those(key, right.set, left);
  if (!left.set || !right.set) return undefined;
  return {
    select: `${left.set.select} UNION ${right.set.select}`,
    values: [...left.set.values, ...right.set.values],
    except: true,
  };
}

function those(key: CustomerKey, { select, values }: CustomerSet, test: Compiled): CustomerSet {
  return { select: `SELECT c.${key} FROM (${select}) c WHERE ${test.sql}`, values: [...values, ...test.values], except: false };
}

function union(key: CustomerKey, left: Compiled, right: Compiled): CustomerSet | undefined {
  const neither = intersection(key, negate(left), negate(right));
  return neither && complement(neither);
}

function complement(set: CustomerSet): CustomerSet {
  return { ...set, except: !set.except };
}
