import type { Condition, FieldRef } from "@crm-engine/core/ports";
import type { SqlValue } from "../database/driver.js";

/** The column by which rows of other tables belong to a customer. */
export type CustomerKey = "num" | "id";

/** An expression that is true for whom or what it selects; null is as good as false. Data is in `values` only. */
export interface Compiled {
  readonly sql: string;
  readonly values: readonly SqlValue[];
  /** Where this column is all that the test reads of a customer `c`. */
  readonly key?: CustomerKey;
  /** Where those whom the test selects are had without a look at each customer. */
  readonly set?: CustomerSet;
}

/** Those, or all but those, customers whose keys a SELECT has, each once, in a column that is named like the key. */
interface CustomerSet {
  readonly select: string;
  readonly values: readonly SqlValue[];
  readonly except: boolean;
}

/** A test of one field. */
export type Leaf = Extract<Condition, { readonly field: FieldRef }>;

export const ALWAYS: Compiled = { sql: "TRUE", values: [] };
export const NEVER: Compiled = { sql: "FALSE", values: [] };

export function compileTree(condition: Condition, test: (leaf: Leaf) => Compiled): Compiled {
  switch (condition.kind) {
    case "all":
      return combine(
        condition.of.map((part) => compileTree(part, test)),
        "AND",
      );
    case "any":
      return combine(
        condition.of.map((part) => compileTree(part, test)),
        "OR",
      );
    case "not":
      return negate(compileTree(condition.of, test));
    default:
      return test(condition);
  }
}

/** The plain complement: what is null is selected then. */
export function negate({ sql, set, ...rest }: Compiled): Compiled {
  if (sql === ALWAYS.sql) return NEVER;
  if (sql === NEVER.sql) return ALWAYS;
  return { ...rest, sql: `(${sql} IS NOT TRUE)`, ...(set ? { set: complement(set) } : {}) };
}

/** Without the parts that don't matter, as a balanced tree: SQLite limits how deep an expression may be, not how wide. */
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

/** One set's customers are put to the other test, whatever that is; or nobody is left out whom neither leaves out. */
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
