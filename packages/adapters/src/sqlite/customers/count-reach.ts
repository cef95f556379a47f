import { addressFieldOf, type Condition, REACH_REFUSALS, type Reach, type ReachQuestion, recordOf } from "@crm-engine/core/ports";
import { NOTE } from "../database/connection.js";
import type { SqlValue } from "../database/driver.js";
import { compileCondition } from "../query/compile-condition.js";
import { checkInterrupt } from "../query/compile-target.js";
import { combine } from "../query/expressions.js";
import { interruptibleOptions, NOT_ERASED } from "../query/select-customers.js";
import { hashColumn, markColumns, sharesColumn, snakeCase } from "../schema/columns.js";
import type { Scope } from "../schema/scope.js";

export interface CountedReach {
  readonly count: number;
  readonly reach: Reach;
}

/**
 * Core's `reachOf` in one pass over those for whom the condition holds; their numbers are noted where that is wanted. Addresses are compared
 * only of those who may share one.
 */
export function countReach(
  scope: Scope,
  condition: Condition,
  { channel, defaultConsent }: ReachQuestion,
  note?: (num: SqlValue) => void,
): CountedReach {
  const { db, tables } = scope;
  const field = addressFieldOf(channel);
  const consent = `c.consent_${channel}`;
  const { refusal } = markColumns(channel);
  const tests = {
    unsubscribed: `(${consent} IS 'withdrawn' OR c.${refusal} IS 'unsubscribed')`,
    notSubscribed: defaultConsent === "none" ? `${consent} IS NULL` : "0",
    suppressed: `c.${refusal} IS 'suppressed'`,
    noAddress: `c.${snakeCase(field)} IS NULL`,
    sharedAddress: `c.${sharesColumn(field)} IS NOT NULL`,
  };
  const code = `CASE ${REACH_REFUSALS.map((name, index) => `WHEN ${tests[name]} THEN ${index + 1}`).join(" ")} ELSE 0 END`;
  const options = interruptibleOptions(scope, "set");
  const { sql: holds, values, key = "num", set } = compileCondition(condition, options);
  // A set of keys from other tables is gone through as it is, and leads to its customers.
  const isSet = set !== undefined && !set.except;
  const from = isSet ? `(${set.select}) s CROSS JOIN ${tables.customers} c ON c.${key} = s.${key}` : `${tables.customers} c`;
  const where = isSet
    ? { sql: NOT_ERASED.sql, values }
    : combine([NOT_ERASED, ...checkInterrupt(options, "c.num"), { sql: holds, values }], "AND");
  const sums = REACH_REFUSALS.map((name, index) => `sum(code = ${index + 1}) AS ${name}`).join();
  const shared = REACH_REFUSALS.indexOf("sharedAddress") + 1;
  const counted = note ? `sum(${NOTE}(num))` : "count(*)";
  const sql = `SELECT ${counted} AS n, ${sums}, count(DISTINCT iif(code = ${shared}, hash, NULL)) AS addresses
    FROM (SELECT c.num, ${code} AS code, c.${hashColumn(field)} AS hash FROM ${from} WHERE ${where.sql})`;
  const row = note ? db.getNoting(note, sql, ...where.values) : db.get(sql, ...where.values);
  const reach = recordOf(REACH_REFUSALS, (name) => Number(row?.[name] ?? 0));
  return {
    count: Number(row?.n ?? 0),
    reach: { ...reach, sharedAddress: reach.sharedAddress - Number(row?.addresses ?? 0) },
  };
}
