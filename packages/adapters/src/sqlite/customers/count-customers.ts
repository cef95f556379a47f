import type { AudiencePreview, Condition, ReachQuestion } from "@crm-engine/core/ports";
import { NOTE } from "../database/connection.js";
import type { Row, SqlValue } from "../database/driver.js";
import { compileCondition } from "../query/compile-condition.js";
import { checkInterrupt } from "../query/compile-target.js";
import { type Compiled, type CustomerKey, combine } from "../query/expressions.js";
import { interruptibleOptions, NOT_ERASED, selectCustomers } from "../query/select-customers.js";
import { CUSTOMER_COLUMNS, customerOf } from "../schema/customer-rows.js";
import type { Scope } from "../schema/scope.js";
import { countReach } from "./count-reach.js";

/** So many customers are tested one by one for examples. */
const NEAR_ROWS = 500;

export function countCustomers(scope: Scope, condition: Condition): number {
  const { sql, values } = compileCount(scope, condition, false);
  return Number(scope.db.get(sql, ...values)?.n);
}

/**
 * Examples are looked for among a few customers first. If these are not enough, few customers match, and some of them are noted while
 * they are counted: noting is expensive, but a search of its own would cost as much as the count.
 */
export function previewCustomers(
  scope: Scope,
  condition: Condition,
  examples: number,
  reach: ReachQuestion | undefined,
): AudiencePreview {
  const near = examples > 0 ? nearExamples(scope, condition, examples) : [];
  if (near.length === examples) {
    const counted = reach ? countReach(scope, condition, reach) : { count: countCustomers(scope, condition) };
    return { ...counted, examples: near.map(customerOf) };
  }
  const noted: SqlValue[] = [];
  const note = (value: SqlValue): void => void (noted.length < examples && noted.push(value));
  if (reach) {
    const counted = countReach(scope, condition, reach, note);
    return { ...counted, examples: customersBy(scope, "num", noted).map(customerOf) };
  }
  const { sql, values, key } = compileCount(scope, condition, true);
  const count = Number(scope.db.getNoting(note, sql, ...values)?.n);
  return { count, examples: customersBy(scope, key, noted).map(customerOf) };
}

/** Among the customers with the lowest hashes, who are an unbiased sample. */
function nearExamples(scope: Scope, condition: Condition, examples: number): readonly Row[] {
  const { db, tables } = scope;
  const last = db.get(`SELECT sample_hash AS hash FROM ${tables.customers} ORDER BY sample_hash LIMIT 1 OFFSET ?`, NEAR_ROWS - 1);
  const among: readonly Compiled[] = last?.hash === undefined ? [] : [{ sql: "c.sample_hash <= ?", values: [last.hash] }];
  return selectCustomers(scope, condition, "correlated", { among, limit: examples });
}

function customersBy({ db, tables }: Scope, key: CustomerKey, values: readonly SqlValue[]): readonly Row[] {
  const sql = `SELECT ${CUSTOMER_COLUMNS} FROM ${tables.customers} WHERE ${key} IN (SELECT value FROM json_each(?)) AND erased = 0`;
  return db.all(sql, JSON.stringify(values));
}

interface Count {
  readonly sql: string;
  readonly values: readonly SqlValue[];
  /** The key of the customers counted, which is what is noted. */
  readonly key: CustomerKey;
}

/**
 * Every order, message and attribute belongs to a stored customer. So a set of keys from these tables is counted as it is, without
 * reading customers; and its complement is, by subtraction, unless customers must be noted.
 */
function compileCount(scope: Scope, condition: Condition, noting: boolean): Count {
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
