import { randomUUID } from "node:crypto";
import { campaignsOf, hoursOf, type Instant, reasonWithoutWords, type Stamp, type StoredCustomer } from "@crm-engine/core/ports";
import type { Collection } from "mongodb";
import { formerId } from "../../former-orders.js";
import { isDuplicateKey } from "../database/errors.js";
import { insertIfAbsent } from "../database/insert-if-absent.js";
import { repeatMissed } from "../database/repeat-missed.js";
import { updateAll } from "../database/update-all.js";
import { leaveMark, touch } from "../figures.js";
import type { Collections } from "../schema/collections.js";
import type { CustomerDocument, TombstoneDocument } from "../schema/customer-documents.js";
import { raised, versionsOf } from "./guarded-writes.js";
import { recountCustomers } from "./order-totals.js";

/**
 * The customer's own document becomes the tombstone, by compare-and-set on both versions, so that a concurrent writer misses and
 * folds again. Orders and log rows follow; if the process dies in between, repeating the call completes it.
 */
export async function eraseCustomer(
  collections: Collections,
  id: string,
  stamp: Stamp,
): Promise<StoredCustomer["addressHashes"] | undefined> {
  const writtenBy = randomUUID();
  let hashes: StoredCustomer["addressHashes"] | undefined;
  await repeatMissed([id], async () => {
    const document: CustomerDocument | TombstoneDocument | null = await collections.customers.findOne({ _id: { $eq: id } });
    // A write that seemed to miss was this call's own, which the driver had sent twice.
    if (document?.writtenBy === writtenBy || (document?.erasedStamp ?? Number.NEGATIVE_INFINITY) >= stamp) return [];
    hashes = document === null || document.erased ? undefined : document.addressHashes;
    return (await bury(collections.customers, id, document, { stamp, writtenBy })) ? [] : [id];
  });
  await leaveOrders(collections, id, stamp);
  await forgetPerson(collections, id, stamp);
  return hashes;
}

/** False if the document is no longer as it was read. */
async function bury(
  customers: Collection<CustomerDocument>,
  id: string,
  document: CustomerDocument | TombstoneDocument | null,
  { stamp, writtenBy }: { readonly stamp: Stamp; readonly writtenBy: string },
): Promise<boolean> {
  const tombstones = customers as unknown as Collection<TombstoneDocument>;
  const erased = { erased: true as const, erasedStamp: stamp, writtenBy };
  if (document) {
    const { matchedCount } = await tombstones.replaceOne(versionsOf(document), { ...raised(document), ...erased });
    return matchedCount === 1;
  }
  try {
    await tombstones.insertOne({ _id: id, version: 1, ordersVersion: 1, ...erased });
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

/** Every order refers to a stored customer: the tombstone of the former orders comes first. */
async function leaveOrders(collections: Collections, id: string, stamp: Stamp): Promise<void> {
  const { customers, orders } = collections;
  const former = { customerId: { $eq: id }, stamp: { $lte: stamp } };
  if ((await orders.findOne(former, { projection: { _id: 1 } })) === null) return;
  const _id = formerId(id, stamp);
  const tombstones = customers as unknown as Collection<TombstoneDocument>;
  const tombstone: TombstoneDocument = { _id, version: 1, ordersVersion: 1, writtenBy: "", erased: true, erasedStamp: stamp };
  await insertIfAbsent(tombstones, tombstone);
  await updateAll(orders, former, { $set: { customerId: _id } });
  const own = orders.find({ customerId: { $eq: id } }).project<{ readonly placedAt: Instant }>({ placedAt: 1 });
  await leaveMark(collections, hoursOf((await own.toArray()).map(({ placedAt }) => placedAt)), Math.floor(stamp / 1_000));
  // Of orders that a writer added beside the erasure, whoever came back since may have the sums.
  await recountCustomers(collections, [id]);
}

/** Takes the address and a vendor's words from the customer's rows that were planned before. */
async function forgetPerson(collections: Collections, customerId: string, stamp: Stamp): Promise<void> {
  const { communications } = collections;
  const rows = { customerId: { $eq: customerId }, plannedAt: { $lte: Math.floor(stamp / 1_000) } };
  const found = communications.find({ ...rows, reason: { $exists: true } }).project<{ readonly reason: string }>({ reason: 1 });
  for (const reason of new Set((await found.toArray()).map((row) => row.reason))) {
    const kept = reasonWithoutWords(reason);
    if (kept !== reason) await updateAll(communications, { ...rows, reason: { $eq: reason } }, { $set: { reason: kept } });
  }
  await updateAll(communications, { ...rows, to: { $exists: true } }, { $unset: { to: "" } });
  const ids = await communications.find(rows).project<{ readonly _id: string }>({ _id: 1 }).toArray();
  await touch(collections, campaignsOf(ids.map(({ _id }) => _id)));
}
