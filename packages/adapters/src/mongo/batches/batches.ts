import {
  acceptedIn,
  type BatchRecord,
  batchStatus,
  type Fates,
  MAX_BATCH_ERRORS,
  MAX_LISTED_ERRORS,
  pageOf,
  readCursor,
  type Store,
  type StoredBatch,
} from "@crm-engine/core/ports";
import type { AnyBulkWriteOperation, Collection, Filter, MongoClient } from "mongodb";
import type { Connection } from "../database/connection.js";
import { insertIfAbsent } from "../database/insert-if-absent.js";
import { readServerClock, SERVER_NOW } from "../database/server-clock.js";
import type { BatchDocument, Collections } from "../schema/collections.js";
import { countFates, findParts, identify, NO_FATES, recordFates, rejectionsOf } from "./parts.js";

export function mongoBatches({ use }: Connection): Store["batches"] {
  return {
    insert: ({ id, ...batch }) =>
      use(async ({ batches }, client) => {
        const open = batch.received === undefined ? { open: true as const } : {};
        await insertIfAbsent(batches, { _id: id, ...batch, ...open, touchedAt: await readServerClock(client), queued: 0 });
      }),
    seal: (id, { received, truncated }) =>
      use(async ({ batches }) => {
        const update = truncated
          ? { $set: { received, truncated }, $unset: { open: "" as const } }
          : { $set: { received }, $unset: { open: "" as const, truncated: "" as const } };
        await batches.updateOne({ _id: { $eq: id } }, update);
      }),
    findParts: (refs) => use(({ parts }) => findParts(parts, refs)),
    identify: (identities) => use(({ parts }) => identify(parts, identities)),
    record: (fates, maxRejections) => use((collections, client) => record(collections, client, fates, maxRejections)),
    get: (id) =>
      use(async (collections) => {
        const batch = await collections.batches.findOne({ _id: { $eq: id } });
        const [status] = batch ? await statusesOf(collections, [batch], MAX_BATCH_ERRORS) : [];
        return status;
      }),
    list: ({ kind }, page) =>
      use(async (collections) => {
        const after = readCursor(page.cursor, ["number", "string"]);
        const filters: Filter<BatchDocument>[] = [
          ...(kind === undefined ? [] : [{ kind: { $eq: kind } }]),
          ...(after
            ? [{ createdAt: { $lte: after[0] } }, { $or: [{ createdAt: { $lt: after[0] } }, { _id: { $lt: after[1] } }] }]
            : []),
        ];
        const rows = await collections.batches
          .find(filters.length > 0 ? { $and: filters } : {})
          .sort({ createdAt: -1, _id: -1 })
          .limit(page.limit + 1)
          .toArray();
        const { items, nextCursor } = pageOf(
          rows,
          page,
          ({ createdAt, _id }) => [createdAt, _id],
          (batch) => batch,
        );
        return { items: await statusesOf(collections, items, MAX_LISTED_ERRORS), nextCursor };
      }),
    rejections: (id, page) => use(({ parts }) => rejectionsOf(parts, id, page)),
    touch: (id, queued) =>
      use(async ({ batches }) => {
        await batches.updateOne({ _id: { $eq: id } }, [{ $set: { touchedAt: SERVER_NOW, queued } }]);
      }),
    readingSince: () =>
      use(async ({ batches }) => {
        const open = await batches.find({ open: true }).project<Pick<BatchDocument, "createdAt">>({ createdAt: 1 }).toArray();
        return open.length === 0 ? undefined : Math.min(...open.map(({ createdAt }) => createdAt));
      }),
    sealAbandoned: (idleMs) =>
      use(async ({ batches }, client) => sealAbandoned(batches, (await readServerClock(client)) - idleMs)),
  };
}

/** The record of a single object's batch is written first: until its fate follows, it is processing. */
async function record(
  { batches, parts }: Collections,
  client: MongoClient,
  recorded: readonly Fates[],
  maxRejections?: number,
): Promise<void> {
  if (recorded.length === 0) return;
  const single = recorded.filter((fate) => fate.single);
  if (single.length > 0) {
    const now = await readServerClock(client);
    const singles = single.map(({ batchId, kind, rejections, ...effects }): AnyBulkWriteOperation<BatchDocument> => {
      const batch = { kind, createdAt: now, received: acceptedIn(effects) + rejections.length, touchedAt: now, queued: 0 };
      return { updateOne: { filter: { _id: batchId }, update: { $setOnInsert: batch }, upsert: true } };
    });
    await batches.bulkWrite(singles, { ordered: false });
  }
  await recordFates(parts, recorded, maxRejections);
}

async function statusesOf(
  { parts }: Collections,
  batches: readonly BatchDocument[],
  errors: number,
): Promise<readonly StoredBatch[]> {
  const counts = await countFates(
    parts,
    batches.map(({ _id }) => _id),
  );
  return Promise.all(
    batches.map(async (document) => {
      const { rejected, ...effects } = counts.get(document._id) ?? NO_FATES;
      const first = rejected > 0 ? (await rejectionsOf(parts, document._id, { limit: errors })).items : [];
      return batchStatus(toBatch(document), { ...effects, rejected, errors: first });
    }),
  );
}

async function sealAbandoned(batches: Collection<BatchDocument>, untouchedSince: number): Promise<number> {
  const { modifiedCount } = await batches.updateMany({ open: true, touchedAt: { $lte: untouchedSince } }, [
    { $set: { received: "$queued", truncated: true, open: "$$REMOVE" } },
  ]);
  return modifiedCount;
}

function toBatch({ _id, kind, createdAt, received, truncated }: BatchDocument): BatchRecord {
  return { id: _id, kind, createdAt, ...(received === undefined ? {} : { received }), ...(truncated ? { truncated } : {}) };
}
