import { ADDRESS_FIELDS, CHANNELS, CrmError } from "@crm-engine/core/ports";
import { type Db, type IndexDescription, MongoServerError } from "mongodb";
import type { Collections } from "./collections.js";
import { exceptionalOf } from "./customer-documents.js";

type NamedIndex = IndexDescription & { readonly name: string };

/** Every index besides `_id`, and the query that it serves. `docs/mongodb.md` says the same to operators. */
export const INDEXES: { readonly [C in keyof Collections]: readonly NamedIndex[] } = {
  schema: [],
  customers: [
    // findOwners and find: who has this email?
    { name: "email", key: { email: 1 }, sparse: true },
    // find: who has this phone number?
    { name: "phone", key: { phone: 1 }, sparse: true },
    // mark: who has an address of this hash?
    ...ADDRESS_FIELDS.map((field) => ({ name: `${field}Hash`, key: { [`addressHashes.${field}`]: 1 }, sparse: true }) as const),
    // search: whose id, address or name begins so?
    { name: "terms", key: { terms: 1, _id: 1 } },
    // count: tombstones, whose orders and messages still exist, to subtract them.
    { name: "erased", key: { erased: 1 }, sparse: true },
    // preview: who may not be reached by a channel.
    ...CHANNELS.map(exceptionalOf).map(
      (name) => ({ name, key: { [name]: 1 }, partialFilterExpression: { [name]: true } }) as const,
    ),
    // count: a slice of everyone, for an estimate.
    { name: "sample", key: { sampleHash: 1 } },
  ],
  suppressions: [
    // list: those that are suppressed, by id.
    { name: "suppressed", key: { suppressed: 1, _id: 1 }, partialFilterExpression: { suppressed: true } },
  ],
  erasures: [
    // running: the earliest first.
    { name: "running", key: { stamp: 1 }, partialFilterExpression: { running: true } },
    // findAddresses: of rows that name no id, those whose address was erased.
    { name: "addresses", key: { "addresses.hash": 1 } },
  ],
  settings: [],
  orders: [
    // list({ customerId }), newest first; rules: one customer's orders of a time, whose sums the index covers.
    { name: "customer", key: { customerId: 1, placedAt: -1, _id: -1, type: 1, status: 1, amount: 1 } },
    // The sums of some of a customer's blocks, which the index covers. The block comes first, so that no search for a customer's
    // orders of a time takes it for the index above.
    { name: "block", key: { block: 1, customerId: 1, type: 1, status: 1, amount: 1, placedAt: 1 } },
    // list({}), newest first; rules: everybody's orders of a time.
    { name: "newest", key: { placedAt: -1, _id: -1 } },
    // list({ sku }), newest first; rules: the orders of an item, of any time or a certain one.
    { name: "sku", key: { "items.sku": 1, placedAt: -1, _id: -1 } },
    // list({ channel }), list({ batchId }): newest first.
    { name: "channel", key: { channel: 1, placedAt: -1, _id: -1 } },
    { name: "batch", key: { batchId: 1, placedAt: -1, _id: -1 } },
    // list({ type }), list({ status }), newest first: of those that are few.
    { name: "refunds", key: { type: 1, placedAt: -1, _id: -1 }, partialFilterExpression: { type: "refund" } },
    { name: "cancelled", key: { status: 1, placedAt: -1, _id: -1 }, partialFilterExpression: { status: "cancelled" } },
  ],
  maps: [],
  segments: [],
  campaigns: [
    // find, newest first: those in the archive, or not.
    { name: "listed", key: { "listed.archived": 1, _id: -1 } },
    // find({ status }), newest first.
    { name: "listedStatus", key: { "listed.archived": 1, status: 1, _id: -1 } },
    // findIds: planners and senders look for work.
    { name: "status", key: { status: 1, _id: 1 } },
    // findScheduled: campaigns whose time has come.
    { name: "scheduled", key: { "schedule.at": 1, _id: 1 }, partialFilterExpression: { status: "scheduled" } },
    // findUnsettled: cancellations and reopenings to finish.
    { name: "unsettled", key: { unsettled: 1, _id: 1 }, partialFilterExpression: { unsettled: true } },
  ],
  communications: [
    // claim, remaining and skipRows: a campaign's pending rows by due time. Rows leave it as they are claimed.
    { name: "pending", key: { campaignId: 1, dueAt: 1 }, partialFilterExpression: { status: "pending" } },
    // sweep and remaining: claimed rows by the end of their lease.
    { name: "claimed", key: { leaseUntil: 1, campaignId: 1 }, partialFilterExpression: { status: "claimed" } },
    // list({ customerId }), by id; the rows that an erasure takes the address from; rules: one customer's messages.
    { name: "customer", key: { customerId: 1, _id: 1 } },
    // list({ campaignId, reason }), by id.
    {
      name: "reason",
      key: { campaignId: 1, status: 1, reason: 1, _id: 1 },
      partialFilterExpression: { reason: { $exists: true } },
    },
    // search: a campaign's rows by the beginning of their address.
    { name: "address", key: { campaignId: 1, to: 1, _id: 1 }, partialFilterExpression: { to: { $exists: true } } },
  ],
  addresses: [],
  batches: [
    // list({}), newest first.
    { name: "newest", key: { createdAt: -1, _id: -1 } },
    // list({ kind }), newest first.
    { name: "kind", key: { kind: 1, createdAt: -1, _id: -1 } },
    // sealAbandoned: uploads that nobody touches any more.
    { name: "open", key: { touchedAt: 1 }, partialFilterExpression: { open: true } },
  ],
  parts: [
    // A batch's counts, which the index covers, and its rejections by row.
    { name: "batch", key: { batchId: 1, firstRow: 1, lastRow: 1, rejected: 1, added: 1, changed: 1, unchanged: 1 } },
  ],
  heartbeats: [
    // TTL: processes of which nothing is heard any more.
    { name: "forgotten", key: { forgetAt: 1 }, expireAfterSeconds: 0 },
  ],
  figures: [],
  figureVersions: [],
  staleMarks: [],
  leases: [],
  rates: [],
  outcomes: [],
  idempotency: [
    // TTL: the server itself deletes expired answers.
    { name: "expired", key: { expiresAt: 1 }, expireAfterSeconds: 0 },
  ],
};

const NAMESPACE_EXISTS = 48;
/** An index of another name on the same keys, or of the same name on other keys or with other options. */
const INDEX_CONFLICTS: ReadonlySet<unknown> = new Set([85, 86]);

/**
 * Makes the collections and indexes that are missing. Safe in any number of processes at once. An existing index on the same keys
 * will do, whatever its name; one that has the name of ours and differs is refused, since the queries that need ours would be slow.
 */
export async function ensureIndexes(db: Db, collections: Collections): Promise<void> {
  const wanted = Object.entries(INDEXES) as [keyof Collections, readonly NamedIndex[]][];
  await Promise.all(
    wanted.map(([name, indexes]) =>
      indexes.length > 0 ? makeIndexes(collections[name], indexes) : makeCollection(db, collections[name].collectionName),
    ),
  );
}

type IndexedCollection = Pick<Collections[keyof Collections], "collectionName" | "createIndexes" | "listIndexes">;

async function makeIndexes(collection: IndexedCollection, indexes: readonly NamedIndex[]): Promise<void> {
  try {
    await collection.createIndexes([...indexes]);
  } catch (error) {
    if (!isConflict(error)) throw error;
    const names = (await collection.listIndexes().toArray()).map((index) => index.name);
    // Those before the conflict were not made either.
    for (const index of indexes) await makeIndex(collection, index, names);
  }
}

async function makeIndex(collection: IndexedCollection, index: NamedIndex, existing: readonly unknown[]): Promise<void> {
  try {
    await collection.createIndexes([index]);
  } catch (cause) {
    if (!isConflict(cause)) throw cause;
    if (!existing.includes(index.name)) return;
    const { collectionName } = collection;
    const message = `The index ${index.name} of ${collectionName} is not the one that the store needs. Drop it, and the store makes its own: db.getCollection("${collectionName}").dropIndex("${index.name}")`;
    throw new CrmError("invalid", message, { cause });
  }
}

function isConflict(error: unknown): boolean {
  return error instanceof MongoServerError && INDEX_CONFLICTS.has(error.code);
}

/** Not every server accepts an update by pipeline on a collection that does not exist. */
async function makeCollection(db: Db, name: string): Promise<void> {
  try {
    await db.createCollection(name);
  } catch (error) {
    if (!(error instanceof MongoServerError && error.code === NAMESPACE_EXISTS)) throw error;
  }
}
