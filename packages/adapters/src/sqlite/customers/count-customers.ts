import type { AudiencePreview, Condition, ReachQuestion } from "@crm-engine/core/ports";
import type { Row, SqlValue } from "../database/driver.js";
import type { Compiled, CustomerKey } from "../query/expressions.js";
import { selectCustomers } from "../query/select-customers.js";
import { CUSTOMER_COLUMNS, customerOf } from "../schema/customer-rows.js";
import type { Scope } from "../schema/scope.js";
import { compileCount } from "./compile-count.js";
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
    const examples = near.map(customerOf);
    if (!reach) return { count: countCustomers(scope, condition), examples };
    const { key: _, ...reached } = countReach(scope, condition, reach);
    return { ...reached, examples };
  }
  const noted: SqlValue[] = [];
  const note = (value: SqlValue): void => void (noted.length < examples && noted.push(value));
  if (reach) {
    const { key, ...reached } = countReach(scope, condition, reach, note);
    return { ...reached, examples: customersBy(scope, key, noted).map(customerOf) };
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
