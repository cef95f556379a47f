import { ADDRESS_FIELDS, addressFieldOf, CHANNELS, type CustomerChange } from "@crm-engine/core/ports";
import type { Collection } from "mongodb";
import { updateAll } from "../database/update-all.js";
import { type CustomerDocument, exceptionalFor, sharesOf } from "../schema/customer-documents.js";

/**
 * Notes, of addresses that changes have just been written with, which several customers have: on all of them. Whoever writes a record looks
 * afterwards, so of two writers the second sees the first; repeating it notes what a writer that died did not.
 */
export async function noteSharing(customers: Collection<CustomerDocument>, changes: readonly CustomerChange[]): Promise<void> {
  for (const field of ADDRESS_FIELDS) {
    const given = new Set(changes.flatMap(({ hashes }) => hashes?.[field] ?? []));
    if (given.size === 0) continue;
    const path = `addressHashes.${field}`;
    const shared = await customers
      .aggregate<{ readonly _id: string }>([
        { $match: { [path]: { $in: [...given] } } },
        { $group: { _id: `$${path}`, owners: { $sum: 1 } } },
        { $match: { owners: { $gt: 1 } } },
      ])
      .toArray();
    if (shared.length === 0) continue;
    const channels = CHANNELS.filter((channel) => addressFieldOf(channel) === field);
    const unnoted = { [path]: { $in: shared.map(({ _id }) => _id) }, [sharesOf(field)]: { $exists: false } };
    await updateAll(customers, unnoted, { $set: { [sharesOf(field)]: true, ...exceptionalFor(channels) } });
  }
}
