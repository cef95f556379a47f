import type { Condition } from "@crm-engine/core/ports";
import type { Row } from "../database/driver.js";
import { CUSTOMER_COLUMNS } from "../schema/customer-rows.js";
import type { Scope } from "../schema/scope.js";
import { compileCondition } from "./compile-condition.js";
import { type CompileOptions, checkInterruptByCustomer, type OrderSpan } from "./compile-target.js";
import { type Compiled, combine } from "./expressions.js";

/** Excludes tombstones. */
export const NOT_ERASED: Compiled = { sql: "c.erased = 0", values: [] };

interface Selection {
  readonly among: readonly Compiled[];
  readonly order?: string;
  readonly limit: number;
}

/** Rows of customers for whom a condition and other tests hold. */
export function selectCustomers(
  scope: Scope,
  condition: Condition,
  subqueries: CompileOptions["subqueries"],
  { among, order, limit }: Selection,
): readonly Row[] {
  const { db, tables } = scope;
  const options = interruptibleOptions(scope, subqueries);
  const { sql, values } = combine(
    [...among, NOT_ERASED, ...checkInterruptByCustomer(options), compileCondition(condition, options)],
    "AND",
  );
  const ordered = order === undefined ? "" : `ORDER BY ${order}`;
  return db.all(`SELECT ${CUSTOMER_COLUMNS} FROM ${tables.customers} c WHERE ${sql} ${ordered} LIMIT ?`, ...values, limit);
}

/** For statements that may take long. */
export function interruptibleOptions(scope: Scope, subqueries: CompileOptions["subqueries"]): CompileOptions {
  return { tables: scope.tables, subqueries, span: subqueries === "set" ? orderSpan(scope) : undefined, interruptible: true };
}

/** Costs two searches of an index. */
function orderSpan({ db, tables }: Scope): OrderSpan | undefined {
  const span = db.get(
    `SELECT (SELECT min(placed_at) FROM ${tables.orders}) AS oldest, (SELECT max(placed_at) FROM ${tables.orders}) AS newest`,
  );
  const { oldest, newest } = span ?? {};
  return typeof oldest === "number" && typeof newest === "number" ? { oldest, newest } : undefined;
}
