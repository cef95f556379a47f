import { type Condition, type Page, type PageRequest, pageOf, readCursor, type StoredCustomer } from "@crm-engine/core/ports";
import type { Row } from "../database/driver.js";
import { compileCondition, readsMeasures } from "../query/compile-condition.js";
import { asking, type OrderSpan, type Reading } from "../query/compile-target.js";
import { type Compiled, combine } from "../query/expressions.js";
import { CUSTOMER_COLUMNS, customerOf } from "../schema/customer-rows.js";
import type { Scope } from "../schema/scope.js";

/** How many customers are looked at one by one for a page, by its size. */
const NEAR_ROWS = 20;
const MIN_NEAR = 1_000;

export const LIVING: Compiled = { sql: "c.erased = 0", values: [] };

/**
 * Figures over orders and messages are worked out for the next customers one by one, and only where these don't fill the page
 * for everyone at once: a page costs little where many meet the condition, and never much more than to count them.
 */
export function findCustomers(scope: Scope, condition: Condition, page: PageRequest): Page<StoredCustomer> {
  const after = readCursor(page.cursor, ["string"])?.[0];
  const wanted = page.limit + 1;
  const end = readsMeasures(condition) ? idAfter(scope, after, Math.max(MIN_NEAR, NEAR_ROWS * wanted)) : undefined;
  const from = (id: string | undefined): readonly Compiled[] => (id === undefined ? [] : [{ sql: "c.id > ?", values: [id] }]);
  const upTo: readonly Compiled[] = end === undefined ? [] : [{ sql: "c.id <= ?", values: [end] }];
  const near = selectCustomers(scope, condition, "correlated", {
    among: [...from(after), ...upTo],
    order: "c.id",
    limit: wanted,
  });
  const far =
    end === undefined || near.length === wanted
      ? []
      : selectCustomers(scope, condition, "set", { among: from(end), order: "c.id", limit: wanted - near.length });
  return pageOf([...near, ...far], page, ({ id }) => [String(id)], customerOf);
}

interface Selection {
  readonly among: readonly Compiled[];
  readonly order?: string;
  readonly limit: number;
}

/** Of those living for whom a condition and other tests hold. */
export function selectCustomers(
  scope: Scope,
  condition: Condition,
  subqueries: Reading["subqueries"],
  { among, order, limit }: Selection,
): readonly Row[] {
  const { db, tables } = scope;
  const reading = readingOf(scope, subqueries);
  const { sql, values } = combine([...among, LIVING, ...asking(reading, "c.num"), compileCondition(condition, reading)], "AND");
  const ordered = order === undefined ? "" : `ORDER BY ${order}`;
  return db.all(`SELECT ${CUSTOMER_COLUMNS} FROM ${tables.customers} c WHERE ${sql} ${ordered} LIMIT ?`, ...values, limit);
}

/** How a statement reads that may take long, and so can be stopped. */
export function readingOf(scope: Scope, subqueries: Reading["subqueries"]): Reading {
  return { tables: scope.tables, subqueries, span: subqueries === "set" ? orderSpan(scope) : undefined, stoppable: true };
}

/** Two looks at an index. */
function orderSpan({ db, tables }: Scope): OrderSpan | undefined {
  const span = db.get(
    `SELECT (SELECT min(placed_at) FROM ${tables.orders}) AS oldest, (SELECT max(placed_at) FROM ${tables.orders}) AS newest`,
  );
  const { oldest, newest } = span ?? {};
  return typeof oldest === "number" && typeof newest === "number" ? { oldest, newest } : undefined;
}

export function idAfter({ db, tables }: Scope, after: string | undefined, size: number): string | undefined {
  const row =
    after === undefined
      ? db.get(`SELECT id FROM ${tables.customers} WHERE erased = 0 ORDER BY id LIMIT 1 OFFSET ?`, size - 1)
      : db.get(`SELECT id FROM ${tables.customers} WHERE id > ? AND erased = 0 ORDER BY id LIMIT 1 OFFSET ?`, after, size - 1);
  return row ? String(row.id) : undefined;
}
