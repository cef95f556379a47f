import type { Condition } from "@crm-engine/core/ports";
import { NOTE } from "../database/connection.js";
import type { SqlValue } from "../database/driver.js";
import { compileCondition } from "../query/compile-condition.js";
import { checkInterrupt } from "../query/compile-target.js";
import { type CustomerKey, combine } from "../query/expressions.js";
import { interruptibleOptions, NOT_ERASED } from "../query/select-customers.js";
import type { Scope } from "../schema/scope.js";

export interface Count {
  readonly sql: string;
  readonly values: readonly SqlValue[];
  /** The key of the customers counted, which is what is noted. */
  readonly key: CustomerKey;
}

/**
 * Every order, message and attribute belongs to a stored customer. So a set of keys from these tables is counted as it is, without
 * reading customers; and its complement is, by subtraction, unless customers must be noted.
 */
export function compileCount(scope: Scope, condition: Condition, noting: boolean): Count {
  const { customers } = scope.tables;
  const options = interruptibleOptions(scope, "set");
  const { sql, values, key = "num", set } = compileCondition(condition, options);
  const counted = noting ? `sum(${NOTE}(c.${key}))` : "count(*)";
  if (!set || (set.except && noting)) {
    const where = combine([NOT_ERASED, ...checkInterrupt(options, "c.num"), { sql, values }], "AND");
    return { sql: `SELECT ${counted} AS n FROM ${customers} c WHERE ${where.sql}`, values: where.values, key };
  }
  const erased = `FROM ${customers} WHERE erased = 1`;
  const found = `(SELECT ${counted} FROM (${set.select}) c WHERE c.${key} NOT IN (SELECT ${key} ${erased}))`;
  const all = `(SELECT count(*) FROM ${customers}) - (SELECT count(*) ${erased})`;
  return { sql: `SELECT ${set.except ? `${all} - ` : ""}${found} AS n`, values: set.values, key };
}
