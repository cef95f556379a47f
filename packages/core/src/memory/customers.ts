import { ADDRESS_FIELDS, CHANNEL } from "../model/channel.js";
import { compareCodePoints } from "../model/code-points.js";
import { reachOf } from "../model/contact/reach.js";
import { bareCustomer, foldCustomerChange, type Stamp, type StoredCustomer, withdrawConsent } from "../model/customer.js";
import { effectOf } from "../model/effect.js";
import { bucketOf, PROFILE_MEASURES, profileOf } from "../model/figures/customer-profile.js";
import type { OrderTotals, StoredOrder } from "../model/order.js";
import { recordOf } from "../model/record-of.js";
import type { Customers } from "../ports/customers.js";
import { pageOf, readCursor } from "../ports/page.js";
import type { Clock } from "../ports/runtime.js";
import type { Condition } from "../query/condition/condition.js";
import { holds } from "../query/condition/holds.js";
import { historyIn, type SubjectMessage } from "../query/condition/subject.js";
import { firstTerm, searchTerms } from "../query/customer-search.js";
import type { Sync } from "./async-port.js";
import { OrderedMap } from "./ordered-map.js";
import { pageByKey } from "./page-of.js";

/** What rules about customers need of orders and the communication log. */
export interface History {
  ordersOf(customerId: string): readonly StoredOrder[];
  messagesOf(customerId: string): readonly SubjectMessage[];
}

/** What orders and the communication log need of customers. */
export interface CustomerShelf {
  readonly rows: OrderedMap<StoredCustomer>;
  /** Whether a customer, with its history as it is now, meets the condition. */
  selector(condition: Condition): (customer: StoredCustomer) => boolean;
  /** Writes totals; makes a bare customer where there is none. */
  setTotals(id: string, totals: OrderTotals): void;
  /** Whether what was accepted at this time came before the customer's erasure. */
  isErased(id: string, stamp: Stamp): boolean;
}

export function memoryCustomers(now: Clock, history: History): { readonly port: Sync<Customers>; readonly shelf: CustomerShelf } {
  const rows = new OrderedMap<StoredCustomer>();
  const idsByAddress = recordOf(ADDRESS_FIELDS, () => new Map<string, Set<string>>());
  const idsByHash = recordOf(ADDRESS_FIELDS, () => new Map<string, Set<string>>());
  /** Of the erased: the stamp of the latest erasure. */
  const tombstones = new Map<string, Stamp>();

  const forgetAddresses = (customer: StoredCustomer): void => {
    for (const field of ADDRESS_FIELDS) {
      idsByAddress[field].get(customer[field] ?? "")?.delete(customer.id);
      idsByHash[field].get(customer.addressHashes[field] ?? "")?.delete(customer.id);
    }
  };
  const put = (customer: StoredCustomer): void => {
    const before = rows.get(customer.id);
    if (before) forgetAddresses(before);
    for (const field of ADDRESS_FIELDS) {
      addTo(idsByAddress[field], customer[field], customer.id);
      addTo(idsByHash[field], customer.addressHashes[field], customer.id);
    }
    rows.set(customer.id, customer);
  };

  const selector = (condition: Condition): ((customer: StoredCustomer) => boolean) => {
    const { orders, messages } = historyIn(condition);
    return (customer) =>
      holds(condition, {
        ...customer,
        ...(orders ? { orders: history.ordersOf(customer.id) } : {}),
        ...(messages ? { messages: history.messagesOf(customer.id) } : {}),
      });
  };

  const shelf: CustomerShelf = {
    rows,
    selector,
    isErased: (id, stamp) => stamp <= (tombstones.get(id) ?? Number.NEGATIVE_INFINITY),
    setTotals: (id, totals) => {
      const { firstOrderAt: _first, lastOrderAt: _last, ...rest } = rows.get(id) ?? bareCustomer(id, now());
      put({ ...rest, ...totals });
    },
  };
  const all = (condition: Condition): readonly StoredCustomer[] => [...rows.values()].filter(selector(condition));
  const port: Sync<Customers> = {
    apply: (changes) =>
      changes.map((change) => {
        if (shelf.isErased(change.id, change.stamp)) return "erased";
        const folded = foldCustomerChange(rows.get(change.id), change, now());
        if (!folded) return "too_large";
        put(folded);
        return effectOf(folded, change.stamp);
      }),
    erase: (id, stamp) => {
      if (shelf.isErased(id, stamp)) return undefined;
      tombstones.set(id, stamp);
      const customer = rows.get(id);
      if (customer) forgetAddresses(customer);
      rows.delete(id);
      return customer?.addressHashes;
    },
    get: (id) => rows.get(id),
    getMany: (ids) => [...new Set(ids)].map((id) => rows.get(id)).filter((customer) => customer !== undefined),
    findOwners: (field, addresses) => {
      const owners = new Map<string, readonly string[]>();
      for (const address of addresses) {
        const ids = idsByAddress[field].get(address);
        if (ids && ids.size > 0) owners.set(address, [...ids].sort());
      }
      return owners;
    },
    find: (condition, page) => pageByKey(rows, page, selector(condition)),
    search: (prefix, page) => {
      const after = readCursor(page.cursor, ["string", "string"]);
      const found = [...rows.values()].flatMap((customer) => {
        const term = firstTerm(searchTerms(customer), prefix);
        return term === undefined ? [] : [{ term, customer }];
      });
      const rest = found.filter(({ term, customer }) => !after || compareKeys([term, customer.id], after) > 0);
      rest.sort((a, b) => compareKeys([a.term, a.customer.id], [b.term, b.customer.id]));
      return pageOf(
        rest,
        page,
        ({ term, customer }) => [term, customer.id],
        ({ customer }) => customer,
      );
    },
    count: (condition) => all(condition).length,
    preview: (condition, examples, reach) => {
      const met = all(condition);
      return { count: met.length, examples: met.slice(0, examples), ...(reach ? { reach: reachOf(met, reach) } : {}) };
    },
    profile: (condition, bounds) => {
      const groups = all(condition).map((customer) => ({
        buckets: recordOf(PROFILE_MEASURES, (measure) => bucketOf(customer[measure], bounds[measure])),
        count: 1,
        totalSpend: BigInt(customer.totalSpend),
      }));
      return profileOf(groups, bounds);
    },
    idAfter: (after, size) => {
      let left = size;
      for (const id of rows.keysAfter(after)) if (--left === 0) return id;
      return undefined;
    },
    mark: (marks) => {
      for (const { channel, hash, ...mark } of marks) {
        const field = CHANNEL[channel].address;
        for (const id of idsByHash[field].get(hash) ?? []) {
          const customer = rows.get(id);
          if (customer && mark.version > (customer.marks[channel]?.version ?? 0))
            put({ ...customer, marks: { ...customer.marks, [channel]: mark } });
        }
      }
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

function compareKeys(a: readonly [string, string], b: readonly [string, string]): number {
  return compareCodePoints(a[0], b[0]) || compareCodePoints(a[1], b[1]);
}

function addTo(index: Map<string, Set<string>>, key: string | undefined, id: string): void {
  if (key !== undefined) index.set(key, (index.get(key) ?? new Set()).add(id));
}
