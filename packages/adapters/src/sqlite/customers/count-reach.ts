import {
  addressFieldOf,
  type Condition,
  REACH_REFUSALS,
  type Reach,
  type ReachQuestion,
  readsAny,
  recordOf,
} from "@crm-engine/core/ports";
import { NOTE } from "../database/connection.js";
import type { SqlValue } from "../database/driver.js";
import { compileCondition } from "../query/compile-condition.js";
import { checkInterrupt } from "../query/compile-target.js";
import { type Compiled, type CustomerKey, combine } from "../query/expressions.js";
import { interruptibleOptions, NOT_ERASED } from "../query/select-customers.js";
import { hashColumn, markColumns, sharesColumn, snakeCase } from "../schema/columns.js";
import { exceptionalIndex, isExceptional } from "../schema/exceptional.js";
import type { Scope } from "../schema/scope.js";
import { compileCount } from "./compile-count.js";

export interface CountedReach {
  readonly count: number;
  readonly reach: Reach;
  /** What of those counted is noted. */
  readonly key: CustomerKey;
}

/** With more exceptional customers than this share, those who match are gone through once instead. */
const MOST = 1 / 3;

/**
 * Core's `reachOf`, in one statement with the count of those for whom the condition holds; some of these are noted where that is wanted. Where few customers
 * are exceptional, only they are looked at beside the plain count. Addresses are compared only of those who may share one.
 */
export function countReach(
  scope: Scope,
  condition: Condition,
  question: ReachQuestion,
  note?: (key: SqlValue) => void,
): CountedReach {
  const { db } = scope;
  const { sql, values, key } = compileReach(scope, condition, question, note !== undefined);
  const row = note ? db.getNoting(note, sql, ...values) : db.get(sql, ...values);
  const reach = recordOf(REACH_REFUSALS, (name) => Number(row?.[name] ?? 0));
  return {
    count: Number(row?.n ?? 0),
    reach: { ...reach, sharedAddress: reach.sharedAddress - Number(row?.addresses ?? 0) },
    key,
  };
}

interface ReachCount extends Compiled {
  readonly key: CustomerKey;
}

function compileReach(scope: Scope, condition: Condition, question: ReachQuestion, noting: boolean): ReachCount {
  const { customers } = scope.tables;
  const { channel, defaultConsent } = question;
  const options = interruptibleOptions(scope, "set");
  const compiled = compileCondition(condition, options);
  const { key = "num", set } = compiled;
  const isSet = set !== undefined && !set.except;
  const where = combine([NOT_ERASED, ...checkInterrupt(options, "c.num"), compiled], "AND");
  const counted = (of: string): string => (noting ? `sum(${NOTE}(${of}))` : "count(*)");
  const tallied = (n: string, from: string): string => `SELECT ${n} AS n, ${sums()} FROM (${classes(question, from)})`;

  if (isSet) {
    // Gone through as it is for the count, and again for those of it who are exceptional, whose index has all that is asked of them.
    const erased = `SELECT ${key} FROM ${customers} WHERE erased = 1`;
    const some = defaultConsent === "none" ? "1" : isExceptional(channel);
    const index = key === "id" && defaultConsent !== "none" ? `INDEXED BY ${exceptionalIndex(customers, channel)}` : "";
    const from = `s CROSS JOIN ${customers} c ${index} ON c.${key} = s.${key} WHERE ${NOT_ERASED.sql} AND ${some}`;
    const n = `(SELECT ${counted(`c.${key}`)} FROM s c WHERE c.${key} NOT IN (${erased}))`;
    return { sql: `WITH s AS MATERIALIZED (${set.select}) ${tallied(n, from)}`, values: set.values, key };
  }
  if (readsOwnColumns(condition) && defaultConsent !== "none" && areFew(scope, question)) {
    const plain = compileCount(scope, condition, noting);
    const from = `${customers} c INDEXED BY ${exceptionalIndex(customers, channel)} WHERE ${isExceptional(channel)} AND ${where.sql}`;
    return { sql: tallied(`(${plain.sql})`, from), values: [...plain.values, ...where.values], key: plain.key };
  }
  return { sql: tallied(counted("num"), `${customers} c WHERE ${where.sql}`), values: where.values, key: "num" };
}

/** The class of each customer, 0 for none, its address, and what it is counted and noted by. */
function classes({ channel, defaultConsent }: ReachQuestion, from: string): string {
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
  return `SELECT c.num, ${code} AS code, c.${hashColumn(field)} AS hash FROM ${from}`;
}

function sums(): string {
  const each = REACH_REFUSALS.map((name, index) => `sum(code = ${index + 1}) AS ${name}`).join();
  const shared = REACH_REFUSALS.indexOf("sharedAddress") + 1;
  return `${each}, count(DISTINCT iif(code = ${shared}, hash, NULL)) AS addresses`;
}

/** Whether it asks of nothing that lies in other tables, and would be computed again. */
function readsOwnColumns(condition: Condition): boolean {
  return !readsAny(condition, ({ of }) => of === "orders" || of === "messages" || of === "attribute");
}

/** Looks no further than at as many as are still few. */
function areFew({ db, tables: { customers } }: Scope, { channel }: ReachQuestion): boolean {
  const all = Number(db.get(`SELECT max(num) AS n FROM ${customers}`)?.n ?? 0);
  const index = exceptionalIndex(customers, channel);
  const sql = `SELECT 1 FROM ${customers} c INDEXED BY ${index} WHERE ${isExceptional(channel)} LIMIT 1 OFFSET ?`;
  return db.get(sql, Math.floor(all * MOST)) === undefined;
}
