import { isDeepStrictEqual } from "node:util";
import {
  type AddressField,
  type AddressMark,
  addressFieldOf,
  type Channel,
  type Consent,
  type ConsentWithdrawal,
  type CustomerChange,
  type CustomerOutcome,
  type Customers,
  effectOf,
  foldCustomerChange,
  type Stamp,
  type StoredCustomer,
  withdrawConsent,
} from "@crm-engine/core/ports";
import type { Collection, MongoClient } from "mongodb";
import type { Connection } from "../database/connection.js";
import { groupBy } from "../database/group-by.js";
import { repeatMissed } from "../database/repeat-missed.js";
import { readServerClock } from "../database/server-clock.js";
import { NOT_ERASED } from "../query/not-erased.js";
import type { Collections } from "../schema/collections.js";
import {
  type CustomerDocument,
  OPTIONAL_PROFILE,
  type TombstoneDocument,
  toProfile,
  toStoredCustomer,
  toTotals,
} from "../schema/customer-documents.js";
import { eraseCustomer } from "./erase-customer.js";
import { countMatching, findCustomers } from "./find-customers.js";
import { type GuardedWrite, writeGuarded } from "./guarded-writes.js";
import { previewCustomers, previewReach } from "./preview-customers.js";
import { profileCustomers } from "./profile-customers.js";
import { searchCustomers } from "./search-customers.js";
import { noteSharing } from "./shared-addresses.js";

/** Before every stamp. */
const NEVER = Number.NEGATIVE_INFINITY;

/**
 * How a call changes a customer; undefined leaves it as it is. Must be idempotent. Changes no newer than `erasedStamp` precede the
 * customer's erasure.
 */
type Fold = (id: string, stored: StoredCustomer | undefined, erasedStamp: Stamp) => StoredCustomer | undefined;

export function mongoCustomers({ use }: Connection): Customers {
  return {
    apply: (changes) => use((collections, client) => applyChanges(collections, client, changes)),
    erase: (id, stamp) => use((collections) => eraseCustomer(collections, id, stamp)),
    get: (id) =>
      use(async ({ customers }) => {
        const document = await customers.findOne({ _id: { $eq: id }, ...NOT_ERASED });
        return document ? toStoredCustomer(document) : undefined;
      }),
    getMany: (ids) =>
      use(async ({ customers }) => (await customers.find({ _id: { $in: ids }, ...NOT_ERASED }).toArray()).map(toStoredCustomer)),
    findOwners: (field, addresses) => use(({ customers }) => findOwners(customers, field, addresses)),
    find: (condition, page, options) => use((collections) => findCustomers(collections, condition, page, options)),
    search: (prefix, page) => use(({ customers }) => searchCustomers(customers, prefix, page)),
    count: (condition, options) => use((collections) => countMatching(collections, condition, options)),
    preview: (condition, examples, reach, options) =>
      use((collections) =>
        reach
          ? previewReach(collections, condition, { examples, reach }, options)
          : previewCustomers(collections, condition, examples, options),
      ),
    profile: (condition, bounds, options) => use((collections) => profileCustomers(collections, condition, bounds, options)),
    idAfter: (after, size) =>
      use(async ({ customers }) => {
        const rest = customers.find({ ...(after === undefined ? {} : { _id: { $gt: after } }), ...NOT_ERASED }).sort({ _id: 1 });
        const [end] = await rest
          .skip(size - 1)
          .limit(1)
          .project<{ readonly _id: string }>({ _id: 1 })
          .toArray();
        return end?._id;
      }),
    mark: (marks) => use((collections) => markCustomers(collections, marks)),
    withdrawConsent: (withdrawals) =>
      use((collections) => {
        const byId = groupBy(withdrawals, ({ customerId }) => customerId);
        return foldCustomers(collections, [...byId.keys()], (id, stored) => stored && withdrawn(stored, byId.get(id) ?? []));
      }),
  };
}

async function applyChanges(
  collections: Collections,
  client: MongoClient,
  changes: readonly CustomerChange[],
): Promise<readonly CustomerOutcome[]> {
  const outcomes: CustomerOutcome[] = changes.map(() => "unchanged");
  const byId = groupBy([...changes.entries()], ([, { id }]) => id);
  const now = await readServerClock(client);
  await foldCustomers(collections, [...byId.keys()], (id, stored, erasedStamp) => {
    let folded: StoredCustomer | undefined;
    for (const [index, change] of byId.get(id) ?? []) {
      const next = change.stamp > erasedStamp ? foldCustomerChange(folded ?? stored, change, now) : undefined;
      outcomes[index] = next ? effectOf(next, change.stamp) : change.stamp > erasedStamp ? "too_large" : "erased";
      folded = next ?? folded;
    }
    return folded;
  });
  await noteSharing(collections.customers, changes);
  return outcomes;
}

/** Marks are written as changes are: one that misses, because the customer moves meanwhile, is looked at again. */
async function markCustomers(collections: Collections, marks: readonly AddressMark[]): Promise<void> {
  const pathOf = (mark: AddressMark): string => `addressHashes.${addressFieldOf(mark.channel)}`;
  const hashes = groupBy(marks, pathOf);
  const found = await collections.customers
    .find({ $or: [...hashes].map(([path, of]) => ({ [path]: { $in: of.map(({ hash }) => hash) } })) })
    .project<{ readonly _id: string }>({ _id: 1 })
    .toArray();
  const ids = found.map(({ _id }) => _id);
  await foldCustomers(collections, ids, (_, stored) => stored && marks.reduce(marked, stored));
}

function marked(customer: StoredCustomer, { channel, hash, ...mark }: AddressMark): StoredCustomer {
  const isTheirs = customer.addressHashes[addressFieldOf(channel)] === hash;
  if (!isTheirs || mark.version <= (customer.marks[channel]?.version ?? 0)) return customer;
  return { ...customer, marks: { ...customer.marks, [channel]: mark } };
}

function withdrawn(customer: StoredCustomer, withdrawals: readonly ConsentWithdrawal[]): StoredCustomer {
  const consent: { [C in Channel]?: Consent } = { ...customer.consent };
  for (const { channel, by, at } of withdrawals) consent[channel] = withdrawConsent(consent[channel], by, at);
  return { ...customer, consent };
}

/** Reads, folds and writes by compare-and-set; customers that others wrote meanwhile are read and folded again. */
function foldCustomers({ customers }: Collections, ids: readonly string[], fold: Fold): Promise<void> {
  return repeatMissed(ids, async (left) => {
    const documents = await customers.find<CustomerDocument | TombstoneDocument>({ _id: { $in: left } }).toArray();
    const byId = new Map(documents.map((document) => [document._id, document]));
    const writes = left.map((id) => profileWrite(id, byId.get(id), fold)).filter((write) => write !== undefined);
    const missed = await writeGuarded(customers, "version", writes);
    return left.filter((id) => missed.has(id));
  });
}

function profileWrite(
  id: string,
  document: CustomerDocument | TombstoneDocument | undefined,
  fold: Fold,
): GuardedWrite | undefined {
  if (!document || document.erased) {
    const made = fold(id, undefined, document?.erasedStamp ?? NEVER);
    const whole = made && { ...toProfile(made), ...toTotals(made) };
    return whole && (document ? { id, revive: whole, tombstone: document } : { id, insert: whole });
  }
  const stored = toStoredCustomer(document);
  const folded = fold(id, stored, document.erasedStamp ?? NEVER);
  if (!folded) return undefined;
  if (isDeepStrictEqual({ ...folded, updatedAt: stored.updatedAt }, stored)) return undefined;
  const unset = OPTIONAL_PROFILE.filter((field) => folded[field] === undefined && document[field] !== undefined);
  return { id, expected: document.version, set: toProfile(folded), unset };
}

async function findOwners(
  customers: Collection<CustomerDocument>,
  field: AddressField,
  addresses: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = await customers
    .find({ [field]: { $in: addresses } })
    .project<{ readonly _id: string } & { readonly [F in AddressField]: string }>({ [field]: 1 })
    .toArray();
  const byAddress = groupBy(found, (document) => document[field]);
  return new Map([...byAddress].map(([address, owners]) => [address, owners.map(({ _id }) => _id).sort()]));
}
