import { ADDRESS_FIELDS, type StoredCustomer } from "@crm-engine/core/ports";
import { hashColumn, sharesColumn } from "../schema/columns.js";
import type { Scope } from "../schema/scope.js";

/** Notes, of a customer with an address that it did not have before, whether others have it: on all of them. */
export function sharingNoter({ db, tables }: Scope): (before: StoredCustomer | undefined, after: StoredCustomer) => void {
  const byField = ADDRESS_FIELDS.map((field) => {
    const [hash, shares] = [hashColumn(field), sharesColumn(field)];
    const others = db.prepare(`SELECT 1 FROM ${tables.customers} WHERE ${hash} = ? LIMIT 1 OFFSET 1`);
    const note = db.prepare(`UPDATE ${tables.customers} SET ${shares} = 1 WHERE ${hash} = ? AND ${shares} IS NULL`);
    return { field, others, note };
  });
  return (before, after) => {
    for (const { field, others, note } of byField) {
      const hash = after.addressHashes[field];
      if (hash !== undefined && hash !== before?.addressHashes[field] && others.get(hash) !== undefined) note.run(hash);
    }
  };
}
