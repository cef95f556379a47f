import type { Condition, FieldRef } from "@crm-engine/core";
import type { SqlValue } from "./driver.js";

/** A boolean expression, never null; data is in `values` only. */
export interface Compiled {
  readonly sql: string;
  readonly values: readonly SqlValue[];
  /** Where a test asks for those, or all but those, customers that a SELECT with the same values has, each once by row number. */
  readonly set?: { readonly select: string; readonly except: boolean };
}

/** A test of one field. */
export type Leaf = Extract<Condition, { readonly field: FieldRef }>;

export const ALWAYS: Compiled = { sql: "TRUE", values: [] };
export const NEVER: Compiled = { sql: "FALSE", values: [] };

/** Groups by their parts. Every test is two-valued, so that NOT is the plain complement. */
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

export function negate({ sql, values, set }: Compiled): Compiled {
  if (sql === ALWAYS.sql) return NEVER;
  if (sql === NEVER.sql) return ALWAYS;
  return { sql: `(NOT ${sql})`, values, ...(set ? { set: { ...set, except: !set.except } } : {}) };
}

/** Without the parts that don't matter, as a balanced tree: SQLite limits how deep an expression may be, not how wide. */
export function combine(parts: readonly Compiled[], operator: "AND" | "OR"): Compiled {
  const [none, decided] = operator === "AND" ? [ALWAYS, NEVER] : [NEVER, ALWAYS];
  if (parts.some(({ sql }) => sql === decided.sql)) return decided;
  const tree = (from: readonly Compiled[]): Compiled => {
    const [first] = from;
    if (!first) return none;
    if (from.length === 1) return first;
    const left = tree(from.slice(0, from.length >> 1));
    const right = tree(from.slice(from.length >> 1));
    return { sql: `(${left.sql} ${operator} ${right.sql})`, values: [...left.values, ...right.values] };
  };
  return tree(parts.filter(({ sql }) => sql !== none.sql));
}
