import {
  type BatchRecord,
  batchStatus,
  type Fates,
  MAX_BATCH_ERRORS,
  MAX_LISTED_ERRORS,
  MAX_REJECTIONS,
  type Page,
  type PageRequest,
  pageOf,
  type Rejection,
  readCursor,
  type Store,
  type StoredBatch,
} from "@crm-engine/core/ports";
import type { AnyBulkWriteOperation, Collection, Filter, MongoClient } from "mongodb";
import type { Connection } from "./database/connection.js";
import { insertIfAbsent } from "./database/insert-if-absent.js";
import { readServerClock, SERVER_NOW } from "./database/server-clock.js";
import type { BatchDocument, Collections, FatesDocument } from "./schema/collections.js";

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
    record: (fates, maxRejections = MAX_REJECTIONS) =>
      use((collections, client) => record(collections, client, fates, maxRejections)),
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
    rejections: (id, page) => use(({ fates }) => rejectionsOf(fates, id, page)),
    touch: (id, queued) =>
      use(async ({ batches }) => {
        await batches.updateOne({ _id: { $eq: id } }, [{ $set: { touchedAt: SERVER_NOW, queued } }]);
      }),
    sealAbandoned: (idleMs) =>
      use(async ({ batches }, client) => sealAbandoned(batches, (await readServerClock(client)) - idleMs)),
  };
}

/** The record of a single object's batch is written first: until its fate follows, it is processing. */
async function record(
  { batches, fates }: Collections,
  client: MongoClient,
  recorded: readonly Fates[],
  maxRejections: number,
): Promise<void> {
  if (recorded.length === 0) return;
  const single = recorded.filter((fate) => fate.single);
  if (single.length > 0) {
    const now = await readServerClock(client);
    const singles = single.map(({ batchId, kind, accepted, rejections }): AnyBulkWriteOperation<BatchDocument> => {
      const batch = { kind, createdAt: now, received: accepted + rejections.length, touchedAt: now, queued: 0 };
      return { updateOne: { filter: { _id: batchId }, update: { $setOnInsert: batch }, upsert: true } };
    });
    await batches.bulkWrite(singles, { ordered: false });
  }
  const rejected = await rejectedOfOthers(fates, recorded);
  const total = recorded.reduce((sum, { batchId, rejections }) => sum + rejections.length + (rejected.get(batchId) ?? 0), 0);
  const keptBefore = total > maxRejections ? await keptOf(fates, recorded) : new Map<string, number>();
  await fates.bulkWrite(
    recorded.map(({ batchId, part, accepted, rejections }): AnyBulkWriteOperation<FatesDocument> => {
      const others = rejected.get(batchId) ?? 0;
      const room = Math.max(maxRejections - others, keptBefore.get(fatesId(batchId, part)) ?? 0);
      const kept = [...rejections].sort((a, b) => a.row - b.row).slice(0, room);
      rejected.set(batchId, others + rejections.length);
      const [first, last] = [kept.at(0), kept.at(-1)];
      const rows = first && last ? { firstRow: first.row, lastRow: last.row } : {};
      const replacement = { batchId, accepted, rejected: rejections.length, ...rows, rejections: kept };
      return { replaceOne: { filter: { _id: fatesId(batchId, part) }, replacement, upsert: true } };
    }),
    { ordered: false },
  );
}

/** How many rejections each of the batches has in other parts. */
async function rejectedOfOthers(fates: Collection<FatesDocument>, recorded: readonly Fates[]): Promise<Map<string, number>> {
  const refusing = recorded.filter(({ rejections }) => rejections.length > 0);
  if (refusing.length === 0) return new Map();
  const counts = await fates
    .aggregate<{ readonly _id: string; readonly rejected: number }>([
      {
        $match: {
          batchId: { $in: [...new Set(refusing.map(({ batchId }) => batchId))] },
          _id: { $nin: refusing.map(({ batchId, part }) => fatesId(batchId, part)) },
        },
      },
      { $group: { _id: "$batchId", rejected: { $sum: "$rejected" } } },
    ])
    .toArray();
  return new Map(counts.map(({ _id, rejected }) => [_id, rejected]));
}

/** How many rejections these parts kept when they were recorded before. */
async function keptOf(fates: Collection<FatesDocument>, recorded: readonly Fates[]): Promise<Map<string, number>> {
  const ids = recorded.map(({ batchId, part }) => fatesId(batchId, part));
  const found = fates
    .find({ _id: { $in: ids } })
    .project<{ readonly _id: string; readonly rejections: readonly Rejection[] }>({ rejections: 1 });
  return new Map((await found.toArray()).map(({ _id, rejections }) => [_id, rejections.length]));
}

function fatesId(batchId: string, part: number): string {
  return `${batchId}:${part}`;
}

async function statusesOf(
  { fates }: Collections,
  batches: readonly BatchDocument[],
  errors: number,
): Promise<readonly StoredBatch[]> {
  const counts = await fates
    .aggregate<{ readonly _id: string; readonly accepted: number; readonly rejected: number }>([
      { $match: { batchId: { $in: batches.map(({ _id }) => _id) } } },
      { $group: { _id: "$batchId", accepted: { $sum: "$accepted" }, rejected: { $sum: "$rejected" } } },
    ])
    .toArray();
  const byId = new Map(counts.map((count) => [count._id, count]));
  return Promise.all(
    batches.map(async (document) => {
      const { accepted = 0, rejected = 0 } = byId.get(document._id) ?? {};
      const first = rejected > 0 ? (await rejectionsOf(fates, document._id, { limit: errors })).items : [];
      return batchStatus(toBatch(document), { accepted, rejected, errors: first });
    }),
  );
}

/**
 * By row. Parts may overlap (an order's lines can be anywhere in a file), so parts are read in the order of their first row until
 * no remaining one can hold an earlier row.
 */
async function rejectionsOf(fates: Collection<FatesDocument>, batchId: string, page: PageRequest): Promise<Page<Rejection>> {
  const after = readCursor(page.cursor, ["number"])?.[0] ?? 0;
  const parts = fates.find({ batchId: { $eq: batchId }, lastRow: { $gt: after } }).sort({ firstRow: 1 });
  let rows: Rejection[] = [];
  for await (const { firstRow = 0, rejections } of parts) {
    if (rows.length > page.limit && firstRow > (rows.at(-1)?.row ?? 0)) break;
    rows = [...rows, ...rejections.filter(({ row }) => row > after)].sort((a, b) => a.row - b.row).slice(0, page.limit + 1);
  }
  return pageOf(
    rows,
    page,
    ({ row }) => [row],
    (rejection) => rejection,
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
