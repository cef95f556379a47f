import {
  EFFECTS,
  type EffectCounts,
  type Fates,
  type Identities,
  MAX_REJECTIONS,
  type Page,
  type PageRequest,
  type PartRef,
  type PartState,
  pageOf,
  type Rejection,
  readCursor,
  recordOf,
} from "@crm-engine/core/ports";
import type { AnyBulkWriteOperation, Collection } from "mongodb";
import { duplicatesOf } from "../database/errors.js";
import type { FatesDocument, PartDocument } from "../schema/collections.js";

type Parts = Collection<PartDocument>;

export async function findParts(parts: Parts, refs: readonly PartRef[]): Promise<readonly PartState[]> {
  const found = await parts
    .find({ _id: { $in: refs.map(partId) } })
    .project<Pick<PartDocument, "_id" | "rejected"> & Partial<Identities>>({ rejected: 1, identities: 1 })
    .toArray();
  const byId = new Map(found.map((document) => [document._id, document]));
  return refs.map((ref) => {
    const { rejected, identities = [] } = byId.get(partId(ref)) ?? {};
    return { hasFates: rejected !== undefined, identities };
  });
}

/** Another's identities, or fates, are a duplicate key here; only then is it read what they are. */
export async function identify(parts: Parts, wanted: readonly Identities[]): Promise<readonly PartState[]> {
  if (wanted.length === 0) return [];
  const documents = wanted.map(({ batchId, part, identities }) => ({ _id: partId({ batchId, part }), batchId, identities }));
  try {
    await parts.insertMany(documents, { ordered: false });
    return wanted.map(({ identities }) => ({ hasFates: false, identities }));
  } catch (error) {
    if (!duplicatesOf(error)) throw error;
    return findParts(parts, wanted);
  }
}

/** A part that is there has identities, which its fates replace, or fates, which stay. */
export async function recordFates(parts: Parts, recorded: readonly Fates[], maxRejections = MAX_REJECTIONS): Promise<void> {
  const documents = await fatesDocuments(parts, recorded, maxRejections);
  try {
    await parts.insertMany([...documents], { ordered: false });
  } catch (error) {
    const there = duplicatesOf(error)?.flatMap((index) => documents[index] ?? []);
    if (!there) throw error;
    const replacements = there.map(({ _id, ...replacement }): AnyBulkWriteOperation<PartDocument> => {
      return { replaceOne: { filter: { _id, rejected: { $exists: false } }, replacement } };
    });
    await parts.bulkWrite(replacements, { ordered: false });
  }
}

async function fatesDocuments(
  parts: Parts,
  recorded: readonly Fates[],
  maxRejections: number,
): Promise<readonly FatesDocument[]> {
  const rejected = await rejectedBefore(parts, recorded);
  return recorded.map(({ batchId, part, rejections, added, changed, unchanged }) => {
    const before = rejected.get(batchId) ?? 0;
    rejected.set(batchId, before + rejections.length);
    const kept = [...rejections].sort((a, b) => a.row - b.row).slice(0, Math.max(0, maxRejections - before));
    const [first, last] = [kept.at(0), kept.at(-1)];
    const rows = first && last ? { firstRow: first.row, lastRow: last.row } : {};
    const counts = { rejected: rejections.length, added, changed, unchanged };
    return { _id: partId({ batchId, part }), batchId, ...counts, ...rows, rejections: kept };
  });
}

/** How many rejections each of the batches has. */
async function rejectedBefore(parts: Parts, recorded: readonly Fates[]): Promise<Map<string, number>> {
  const refusing = recorded.filter(({ rejections }) => rejections.length > 0);
  if (refusing.length === 0) return new Map();
  const counts = await countFates(
    parts,
    refusing.map(({ batchId }) => batchId),
  );
  return new Map([...counts].map(([batchId, { rejected }]) => [batchId, rejected]));
}

export interface FateCounts extends EffectCounts {
  readonly rejected: number;
}

export const NO_FATES: FateCounts = { rejected: 0, added: 0, changed: 0, unchanged: 0 };

/** Of each of the batches that has fates. */
export async function countFates(parts: Parts, batchIds: readonly string[]): Promise<ReadonlyMap<string, FateCounts>> {
  const counts = await parts
    .aggregate<FateCounts & { readonly _id: string }>([
      { $match: { batchId: { $in: [...new Set(batchIds)] } } },
      { $group: { _id: "$batchId", ...recordOf(["rejected", ...EFFECTS], (name) => ({ $sum: `$${name}` })) } },
    ])
    .toArray();
  return new Map(counts.map(({ _id, ...count }) => [_id, count]));
}

/**
 * By row. Parts may overlap (an order's lines can be anywhere in a file), so parts are read in the order of their first row until
 * no remaining one can hold an earlier row.
 */
export async function rejectionsOf(parts: Parts, batchId: string, page: PageRequest): Promise<Page<Rejection>> {
  const after = readCursor(page.cursor, ["number"])?.[0] ?? 0;
  const found = parts.find<FatesDocument>({ batchId: { $eq: batchId }, lastRow: { $gt: after } }).sort({ firstRow: 1 });
  let rows: Rejection[] = [];
  for await (const { firstRow = 0, rejections } of found) {
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

function partId({ batchId, part }: PartRef): string {
  return `${batchId}:${part}`;
}
