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
import type { Compiled } from "../query/expressions.js";
import { selectCustomers } from "../query/select-customers.js";
import { customerOf } from "../schema/customer-rows.js";
import type { Scope } from "../schema/scope.js";

/** So many customers are tested one by one for each customer on a page, and so many at least. */
const NEAR_ROWS = 20;
const MIN_NEAR = 1_000;

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

export function idAfter({ db, tables }: Scope, after: string | undefined, size: number): string | undefined {
  const row =
    after === undefined
      ? db.get(`SELECT id FROM ${tables.customers} WHERE erased = 0 ORDER BY id LIMIT 1 OFFSET ?`, size - 1)
      : db.get(`SELECT id FROM ${tables.customers} WHERE id > ? AND erased = 0 ORDER BY id LIMIT 1 OFFSET ?`, after, size - 1);
  return row ? String(row.id) : undefined;
}
