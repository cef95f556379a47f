import type { AudiencePreview, Condition } from "@crm-engine/core/ports";
import { NOTE } from "../database/connection.js";
import type { Row, SqlValue } from "../database/driver.js";
import { compileCondition } from "../query/compile-condition.js";
import { asking } from "../query/compile-target.js";
import { type Compiled, type CustomerKey, combine } from "../query/expressions.js";
import { CUSTOMER_COLUMNS, customerOf } from "../schema/customer-rows.js";
import type { Scope } from "../schema/scope.js";
import { LIVING, readingOf, selectCustomers } from "./find-customers.js";

/** So many customers are looked at one by one for examples. */
const NEAR_ROWS = 500;

export function countCustomers(scope: Scope, condition: Condition): number {
  const { sql, values } = compileCount(scope, condition, false);
  return Number(scope.db.get(sql, ...values)?.n);
}

/**
 * Examples are looked for among a few customers first. Where these don't have enough, few meet the condition, and some of them are
 * noted while they are counted: to note is dear, and to find them by a look of its own would cost as much as to count.
 */
export function previewCustomers(scope: Scope, condition: Condition, examples: number): AudiencePreview {
  const near = examples > 0 ? nearExamples(scope, condition, examples) : [];
  if (near.length === examples) return { count: countCustomers(scope, condition), examples: near.map(customerOf) };
  const noted: SqlValue[] = [];
  const note = (value: SqlValue): void => void (noted.length < examples && noted.push(value));
  const { sql, values, key } = compileCount(scope, condition, true);
  const count = Number(scope.db.getNoting(note, sql, ...values)?.n);
  return { count, examples: customersBy(scope, key, noted).map(customerOf) };
}

/** By their hashes, they are like all others. */
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
  /** By which the customers are told apart where they are counted. */
  readonly key: CustomerKey;
}

/**
 * Orders, messages and attributes are always of customers who have a row: a set of theirs is counted as it is, without a look at
 * each customer, and so are those that it leaves out, unless they are to be noted.
 */
function compileCount(scope: Scope, condition: Condition, noting: boolean): Count {
  const { customers } = scope.tables;
  const reading = readingOf(scope, "set");
  const { sql, values, key = "num", set } = compileCondition(condition, reading);
  const counted = noting ? `sum(${NOTE}(c.${key}))` : "count(*)";
  if (!set || (set.except && noting)) {
    const where = combine([LIVING, ...asking(reading, "c.num"), { sql, values }], "AND");
    return { sql: `SELECT ${counted} AS n FROM ${customers} c WHERE ${where.sql}`, values: where.values, key };
  }
  const erased = `FROM ${customers} WHERE erased = 1`;
  const found = `(SELECT ${counted} FROM (${set.select}) c WHERE c.${key} NOT IN (SELECT ${key} ${erased}))`;
  const all = `(SELECT count(*) FROM ${customers}) - (SELECT count(*) ${erased})`;
  return { sql: `SELECT ${set.except ? `${all} - ` : ""}${found} AS n`, values: set.values, key };
}
