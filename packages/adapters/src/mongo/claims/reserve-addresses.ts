import type { Collection } from "mongodb";
import { duplicatesOf } from "../database/errors.js";
import type { AddressDocument } from "../schema/collections.js";

/** The first insert under an address's id reserves it; the others read whose it is. */
export async function reserveAddresses(
  addresses: Collection<AddressDocument>,
  campaignId: string,
  reservations: readonly { readonly id: string; readonly addressHash: string }[],
): Promise<ReadonlySet<string>> {
  const keyOf = ({ addressHash }: { readonly addressHash: string }): string => `${campaignId}:${addressHash}`;
  const first = new Map<string, string>();
  for (const reservation of reservations) if (!first.has(keyOf(reservation))) first.set(keyOf(reservation), reservation.id);
  if (first.size === 0) return new Set();
  try {
    await addresses.insertMany(
      [...first].map(([_id, holder]) => ({ _id, holder })),
      { ordered: false },
    );
  } catch (error) {
    if (!duplicatesOf(error)) throw error;
  }
  const holders = new Map(
    (await addresses.find({ _id: { $in: [...first.keys()] } }).toArray()).map(({ _id, holder }) => [_id, holder]),
  );
  return new Set(reservations.filter((reservation) => holders.get(keyOf(reservation)) !== reservation.id).map(({ id }) => id));
}
