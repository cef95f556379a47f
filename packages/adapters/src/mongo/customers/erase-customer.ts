import { randomUUID } from "node:crypto";
import type { Stamp } from "@crm-engine/core/ports";
import type { Collection } from "mongodb";
import { isDuplicateKey } from "../database/errors.js";
import { repeatMissed } from "../database/repeat-missed.js";
import { updateAll } from "../database/update-all.js";
import type { Collections } from "../schema/collections.js";
import type { CustomerDocument, TombstoneDocument } from "../schema/customer-documents.js";
import { raised, versionsOf } from "./guarded-writes.js";

/**
 * The customer's own document becomes the tombstone, by compare-and-set on both versions, so that a concurrent writer misses and
 * folds again. Log rows lose their address after that; if the process dies in between, repeating the call completes it.
 */
export async function eraseCustomer({ customers, communications }: Collections, id: string, stamp: Stamp): Promise<boolean> {
  const writtenBy = randomUUID();
  let existed = false;
  await repeatMissed([id], async () => {
    const document: CustomerDocument | TombstoneDocument | null = await customers.findOne({ _id: { $eq: id } });
    // A write that seemed to miss was this call's own, which the driver had sent twice.
    if (document?.writtenBy === writtenBy) return [];
    existed = document !== null && !document.erased;
    return (await bury(customers, id, document, { stamp, writtenBy })) ? [] : [id];
  });
  await updateAll(communications, { customerId: { $eq: id }, to: { $exists: true } }, { $unset: { to: "" } });
  return existed;
}

/** False if the document is no longer as it was read. */
async function bury(
  customers: Collection<CustomerDocument>,
  id: string,
  document: CustomerDocument | TombstoneDocument | null,
  { stamp, writtenBy }: { readonly stamp: Stamp; readonly writtenBy: string },
): Promise<boolean> {
  const tombstones = customers as unknown as Collection<TombstoneDocument>;
  const erasedStamp = Math.max(stamp, document?.erasedStamp ?? stamp);
  const erased = { erased: true as const, erasedStamp, writtenBy };
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
