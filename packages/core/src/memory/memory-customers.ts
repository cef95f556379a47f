import { applyCustomerChange, bareCustomer, type StoredCustomer, withdrawConsent } from "../model/customer.js";
import type { OrderTotals } from "../model/order.js";
import type { Clock, Customers } from "../ports.js";
import { holds } from "../query/holds.js";
import type { Sync } from "./async-port.js";
import { OrderedMap } from "./ordered-map.js";
import { pageByKey } from "./page-of.js";

/** What orders and the ledger need of the customers. */
export interface CustomerShelf {
  readonly rows: OrderedMap<StoredCustomer>;
  /** Writes totals; makes a bare customer where there is none. */
  setTotals(id: string, totals: OrderTotals): void;
}

export function memoryCustomers(now: Clock): { readonly port: Sync<Customers>; readonly shelf: CustomerShelf } {
  const rows = new OrderedMap<StoredCustomer>();
  const idsByEmail = new Map<string, Set<string>>();

  const put = (customer: StoredCustomer): void => {
    const before = rows.get(customer.id)?.email;
    if (before !== customer.email) {
      if (before !== undefined) idsByEmail.get(before)?.delete(customer.id);
      if (customer.email !== undefined)
        idsByEmail.set(customer.email, (idsByEmail.get(customer.email) ?? new Set()).add(customer.id));
    }
    rows.set(customer.id, customer);
  };

  const shelf: CustomerShelf = {
    rows,
    setTotals: (id, totals) => {
      const { firstOrderAt: _first, lastOrderAt: _last, ...rest } = rows.get(id) ?? bareCustomer(id, now());
      put({ ...rest, ...totals });
    },
  };
  const port: Sync<Customers> = {
    apply: (changes) => {
      for (const change of changes) put(applyCustomerChange(rows.get(change.id), change, now()));
    },
    get: (id) => rows.get(id),
    getMany: (ids) => [...new Set(ids)].map((id) => rows.get(id)).filter((customer) => customer !== undefined),
    findOwners: (emails) => {
      const owners = new Map<string, readonly string[]>();
      for (const email of emails) {
        const ids = idsByEmail.get(email);
        if (ids && ids.size > 0) owners.set(email, [...ids].sort());
      }
      return owners;
    },
    find: (condition, page) => pageByKey(rows, page, (customer) => holds(condition, customer)),
    count: (condition) => {
      let count = 0;
      for (const customer of rows.values()) if (holds(condition, customer)) count += 1;
      return count;
    },
    rangeEnd: (after, size) => {
      let left = size;
      for (const id of rows.keysAfter(after)) if (--left === 0) return id;
      return undefined;
    },
    withdrawConsent: (withdrawals) => {
      for (const { customerId, channel, by, at } of withdrawals) {
        const customer = rows.get(customerId);
        if (customer)
          put({ ...customer, consent: { ...customer.consent, [channel]: withdrawConsent(customer.consent[channel], by, at) } });
      }
    },
  };
  return { port, shelf };
}
