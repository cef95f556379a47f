import { type AddressHold, type AddressHolder, type AddressReservation, holdOf } from "@crm-engine/core/ports";
import { duplicatesOf } from "../database/errors.js";
import type { AddressDocument, Collections, CommunicationDocument } from "../schema/collections.js";

type Holder = Pick<CommunicationDocument, "_id" | "status" | "epoch" | "handedOverAt" | "handedOverEpoch" | "earlierHandOvers">;

/** A reservation, and what is stored under its address. */
interface Asked extends AddressReservation {
  readonly key: string;
  readonly found: AddressDocument | undefined;
}

/**
 * The first insert under an address's id reserves it; the others read whose it is. Whoever has it already stamps it with its present
 * claim, and whoever finds it let go takes it, by compare-and-set on holder and claim: what a holder has let go once, it can only get
 * back by asking again. For rows that ask for the first time, and none of them in vain, that is two commands.
 */
export async function reserveAddresses(
  { addresses, communications }: Pick<Collections, "addresses" | "communications">,
  campaignId: string,
  reservations: readonly AddressReservation[],
): Promise<ReadonlyMap<string, Exclude<AddressHold, "free">>> {
  const keyOf = ({ addressHash }: AddressReservation): string => `${campaignId}:${addressHash}`;
  if (reservations.length === 0) return new Map();
  await insertAbsent(
    addresses,
    reservations.map((asking) => ({ _id: keyOf(asking), holder: asking.id, epoch: asking.epoch })),
  );
  const stored = await readAll(addresses, reservations.map(keyOf));
  const asked = reservations.map((asking): Asked => ({ ...asking, key: keyOf(asking), found: stored.get(keyOf(asking)) }));
  const own = asked.filter(({ id, found }) => found?.holder === id);
  const others = asked.filter(({ id, found }) => found?.holder !== id);
  const takes = new Map(own.map((asking) => [asking.key, asking]));
  const holders = await readHolders(
    communications,
    others.filter(({ key }) => !takes.has(key)),
  );
  const kept = new Map<string, Exclude<AddressHold, "free">>();
  for (const asking of others) {
    const { id, key, found } = asking;
    // What is not there yet is being written by somebody else.
    const hold = takes.has(key) || !found ? "in_use" : holdOf(found.epoch, holderOf(holders.get(found.holder)));
    if (hold === "free") takes.set(key, asking);
    else kept.set(id, hold);
  }
  for (const id of await take(addresses, [...takes.values()])) kept.set(id, "in_use");
  return kept;
}

async function insertAbsent(addresses: Collections["addresses"], documents: readonly AddressDocument[]): Promise<void> {
  const first = new Map<string, AddressDocument>();
  for (const document of documents) if (!first.has(document._id)) first.set(document._id, document);
  try {
    await addresses.insertMany([...first.values()], { ordered: false });
  } catch (error) {
    if (!duplicatesOf(error)) throw error;
  }
}

async function readAll(
  addresses: Collections["addresses"],
  keys: readonly string[],
): Promise<ReadonlyMap<string, AddressDocument>> {
  const documents = await addresses.find({ _id: { $in: [...new Set(keys)] } }).toArray();
  return new Map(documents.map((document) => [document._id, document]));
}

async function readHolders(
  communications: Collections["communications"],
  asked: readonly Asked[],
): Promise<ReadonlyMap<string, Holder>> {
  const ids = new Set(asked.flatMap(({ found }) => found?.holder ?? []));
  if (ids.size === 0) return new Map();
  const rows = await communications
    .find({ _id: { $in: [...ids] } })
    .project<Holder>({ status: 1, epoch: 1, handedOverAt: 1, handedOverEpoch: 1, earlierHandOvers: 1 })
    .toArray();
  return new Map(rows.map((row) => [row._id, row]));
}

function holderOf(row: Holder | undefined): AddressHolder | undefined {
  if (!row) return undefined;
  const { status, epoch, handedOverAt, handedOverEpoch, earlierHandOvers = [] } = row;
  const handOver = handedOverAt === undefined || handedOverEpoch === undefined ? {} : { handedOverEpoch };
  return { status, epoch, earlierHandOvers, ...handOver };
}

/** Returns the ids of those who came too late. */
async function take(addresses: Collections["addresses"], asked: readonly Asked[]): Promise<readonly string[]> {
  const updates = asked.flatMap(({ key, id, epoch, found }) => {
    if (!found || (found.holder === id && found.epoch >= epoch)) return [];
    const { holder, epoch: since } = found;
    return [{ updateOne: { filter: { _id: key, holder, epoch: since }, update: { $set: { holder: id, epoch } } } }];
  });
  if (updates.length === 0) return [];
  const { matchedCount } = await addresses.bulkWrite(updates, { ordered: false });
  if (matchedCount === updates.length) return [];
  const now = await readAll(
    addresses,
    asked.map(({ key }) => key),
  );
  return asked.filter(({ key, id }) => now.get(key)?.holder !== id).map(({ id }) => id);
}
