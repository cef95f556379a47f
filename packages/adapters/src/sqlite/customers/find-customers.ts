import {
  type Condition,
  isRelationRef,
  type Page,
  type PageRequest,
  pageOf,
  readCursor,
  readsAny,
  type StoredCustomer,
} from "@crm-engine/core/ports";
import type { Row } from "../database/driver.js";
import { compileCondition } from "../query/compile-condition.js";
import { type CompileOptions, checkInterruptByCustomer, type OrderSpan } from "../query/compile-target.js";
import { type Compiled, combine } from "../query/expressions.js";
import { CUSTOMER_COLUMNS, customerOf } from "../schema/customer-rows.js";
import type { Scope } from "../schema/scope.js";

/** So many customers are tested one by one for each customer on a page, and so many at least. */
const NEAR_ROWS = 20;
const MIN_NEAR = 1_000;

/** Excludes tombstones. */
export const NOT_ERASED: Compiled = { sql: "c.erased = 0", values: [] };

/**
 * Measures over orders and messages are computed by correlated subqueries for the next customers, and as sets only if these don't
 * fill the page: a page costs little where many customers match, and never much more than counting them.
 */
export function findCustomers(scope: Scope, condition: Condition, page: PageRequest): Page<StoredCustomer> {
  const after = readCursor(page.cursor, ["string"])?.[0];
  const wanted = page.limit + 1;
  const end = readsAny(condition, isRelationRef) ? idAfter(scope, after, Math.max(MIN_NEAR, NEAR_ROWS * wanted)) : undefined;
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

export function idAfter({ db, tables }: Scope, after: string | undefined, size: number): string | undefined {
  const row =
    after === undefined
      ? db.get(`SELECT id FROM ${tables.customers} WHERE erased = 0 ORDER BY id LIMIT 1 OFFSET ?`, size - 1)
      : db.get(`SELECT id FROM ${tables.customers} WHERE id > ? AND erased = 0 ORDER BY id LIMIT 1 OFFSET ?`, after, size - 1);
  return row ? String(row.id) : undefined;
}
