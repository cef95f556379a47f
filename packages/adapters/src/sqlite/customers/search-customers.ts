import {
  firstTerm,
  type Page,
  type PageRequest,
  pageOf,
  prefixEnd,
  readCursor,
  type StoredCustomer,
  searchTerms,
} from "@crm-engine/core/ports";
import type { Row } from "../database/driver.js";
import { CUSTOMER_COLUMNS, customerOf } from "../schema/customer-rows.js";
import type { Scope } from "../schema/scope.js";

interface Found {
  readonly term: string;
  readonly customer: StoredCustomer;
}

/** Goes through the terms in order. A customer with several that begin so is shown at the first, and passed over at the others. */
export function searchCustomers({ db, tables }: Scope, prefix: string, page: PageRequest): Page<StoredCustomer> {
  const end = prefixEnd(prefix);
  const next = db.prepare(
    `SELECT s.term, ${CUSTOMER_COLUMNS} FROM ${tables.search_terms} s CROSS JOIN ${tables.customers} c ON c.id = s.customer_id
     WHERE (s.term, s.customer_id) > (?, ?) ${end === undefined ? "" : "AND s.term < ?"} AND c.erased = 0
     ORDER BY s.term, s.customer_id LIMIT ?`,
  );
  const wanted = page.limit + 1;
  const found: Found[] = [];
  // No id is empty: what begins with the prefix comes after this.
  let after: readonly [string, string] = readCursor(page.cursor, ["string", "string"]) ?? [prefix, ""];
  for (;;) {
    const rows = next.all(...after, ...(end === undefined ? [] : [end]), wanted) as Row[];
    for (const row of rows) {
      const customer = customerOf(row);
      after = [String(row.term), customer.id];
      const term = firstTerm(searchTerms(customer), prefix);
      if (term !== undefined && term === row.term) found.push({ term, customer });
    }
    if (rows.length < wanted || found.length >= wanted) break;
  }
  return pageOf(
    found,
    page,
    ({ term, customer }) => [term, customer.id],
    ({ customer }) => customer,
  );
}

type WriteTerms = (before: StoredCustomer | undefined, after: StoredCustomer | undefined) => void;

/** Writes the terms of a customer that changed. */
export function termsWriter({ db, tables }: Scope): WriteTerms {
  const add = db.prepare(`INSERT OR IGNORE INTO ${tables.search_terms} (term, customer_id) VALUES (?, ?)`);
  const remove = db.prepare(`DELETE FROM ${tables.search_terms} WHERE term = ? AND customer_id = ?`);
  return (before, after) => {
    const old = new Set(before && searchTerms(before));
    for (const term of after ? searchTerms(after) : []) if (!old.delete(term) && after) add.run(term, after.id);
    for (const term of before ? old : []) if (before) remove.run(term, before.id);
  };
}
