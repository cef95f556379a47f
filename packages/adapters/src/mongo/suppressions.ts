import {
  type AddressEvidence,
  type AddressKey,
  foldEvidence,
  NO_EVIDENCE,
  pageOf,
  readCursor,
  type Suppression,
  type Suppressions,
  suppressedBy,
} from "@crm-engine/core/ports";
import type { AnyBulkWriteOperation, Collection } from "mongodb";
import type { Connection } from "./database/connection.js";
import { duplicatesOf } from "./database/errors.js";
import { groupBy } from "./database/group-by.js";
import { repeatMissed } from "./database/repeat-missed.js";
import type { SuppressionDocument } from "./schema/collections.js";

interface Write {
  readonly before: Suppression | undefined;
  readonly after: Suppression;
}

export function mongoSuppressions({ use }: Connection): Suppressions {
  return {
    record: (evidence) => use(({ suppressions }) => recordEvidence(suppressions, evidence)),
    getMany: (keys) => use(({ suppressions }) => find(suppressions, [...new Set(keys.map(idOf))])),
    list: ({ channel }, page) =>
      use(async ({ suppressions }) => {
        const after = readCursor(page.cursor, ["string"])?.[0];
        const rows = await suppressions
          .find({
            suppressed: true,
            ...(channel === undefined ? {} : { channel: { $eq: channel } }),
            ...(after === undefined ? {} : { _id: { $gt: after } }),
          })
          .sort({ _id: 1 })
          .limit(page.limit + 1)
          .toArray();
        return pageOf(rows, page, ({ _id }) => [_id], toSuppression);
      }),
  };
}

/**
 * Reads, folds and writes by compare-and-set; addresses that others wrote meanwhile are read and folded again. So are all of a bulk that
 * seems to have missed some: evidence that is in already is not written again.
 */
async function recordEvidence(
  suppressions: Collection<SuppressionDocument>,
  evidence: readonly AddressEvidence[],
): Promise<readonly Suppression[]> {
  const byId = groupBy(evidence, idOf);
  const results = new Map<string, Suppression>();
  await repeatMissed([...byId.keys()], async (left) => {
    const known = new Map((await find(suppressions, left)).map((one) => [idOf(one), one]));
    const writes: Write[] = [];
    for (const id of left) {
      const said = byId.get(id) ?? [];
      let after = known.get(id);
      for (const one of said) after = foldEvidence(after ?? nothingOf(one), one);
      if (!after) continue;
      const before = known.get(id);
      const next = after === before ? after : { ...after, version: after.version + 1 };
      results.set(id, next);
      if (next !== before) writes.push({ before, after: next });
    }
    // Sorted by id: two bulks could deadlock on a server that locks a bulk's documents until its end.
    writes.sort((one, other) => (idOf(one.after) < idOf(other.after) ? -1 : 1));
    const done = writes.length === 0 ? 0 : await bulk(suppressions, writes.map(operation));
    return done === writes.length ? [] : writes.map(({ after }) => idOf(after));
  });
  return [...results.values()];
}

async function find(suppressions: Collection<SuppressionDocument>, ids: readonly string[]): Promise<readonly Suppression[]> {
  if (ids.length === 0) return [];
  return (await suppressions.find({ _id: { $in: [...ids] } }).toArray()).map(toSuppression);
}

function nothingOf({ channel, hash }: AddressKey): Suppression {
  return { channel, hash, version: 0, ...NO_EVIDENCE };
}

function operation({ before, after }: Write): AnyBulkWriteOperation<SuppressionDocument> {
  const { _id, ...rest } = toDocument(after);
  if (!before) return { insertOne: { document: { _id, ...rest } } };
  return { replaceOne: { filter: { _id, version: before.version }, replacement: rest } };
}

/** Returns how many surely went through. */
async function bulk(
  suppressions: Collection<SuppressionDocument>,
  operations: AnyBulkWriteOperation<SuppressionDocument>[],
): Promise<number> {
  try {
    const { matchedCount, insertedCount } = await suppressions.bulkWrite(operations, { ordered: false });
    return matchedCount + insertedCount;
  } catch (error) {
    const duplicates = duplicatesOf(error);
    if (!duplicates) throw error;
    return operations.length - duplicates.length;
  }
}

function idOf({ channel, hash }: AddressKey): string {
  return `${channel}:${hash}`;
}

function toDocument({ channel, hash, version, latest, softBounces }: Suppression): SuppressionDocument {
  const suppressed = suppressedBy({ latest, softBounces }) !== undefined;
  return { _id: idOf({ channel, hash }), channel, hash, version, latest, softBounces, ...(suppressed ? { suppressed } : {}) };
}

function toSuppression({ channel, hash, version, latest, softBounces }: SuppressionDocument): Suppression {
  return { channel, hash, version, latest, softBounces };
}
