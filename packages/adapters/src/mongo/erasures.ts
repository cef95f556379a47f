import {
  type ErasureRequest,
  type Erasures,
  foldErasure,
  type Stamp,
  type StoredErasure,
  withProgress,
} from "@crm-engine/core/ports";
import type { Collection } from "mongodb";
import type { Connection } from "./database/connection.js";
import { insertIfAbsent } from "./database/insert-if-absent.js";
import { repeatMissed } from "./database/repeat-missed.js";
import type { ErasureDocument } from "./schema/collections.js";

export function mongoErasures({ use }: Connection): Erasures {
  return {
    begin: (request) => use(({ erasures }) => begin(erasures, request)),
    get: (customerId) =>
      use(async ({ erasures }) => {
        const document = await erasures.findOne({ _id: { $eq: customerId } });
        return document ? toErasure(document) : undefined;
      }),
    running: (limit) =>
      use(async ({ erasures }) =>
        (await erasures.find({ running: true }).sort({ stamp: 1 }).limit(limit).toArray()).map(toErasure),
      ),
    findAddresses: (hashes) => use(({ erasures }) => findAddresses(erasures, hashes)),
    advance: (advanced) => use(({ erasures }) => advance(erasures, advanced)),
    // What a server does with the space of deleted documents is its own affair: docs/mongodb.md.
    purge: () => use(async () => true),
  };
}

/** Reads, folds and writes by compare-and-set; again where another caller was faster. */
async function begin(erasures: Collection<ErasureDocument>, request: ErasureRequest): Promise<void> {
  for (;;) {
    const known = await erasures.findOne({ _id: { $eq: request.customerId } });
    const before = known ? toErasure(known) : undefined;
    const after = foldErasure(before, request);
    if (after === before) return;
    const document = toDocument(after, (known?.version ?? 0) + 1);
    if (!known) {
      await insertIfAbsent(erasures, document);
      continue;
    }
    const { _id, ...replacement } = document;
    const { matchedCount } = await erasures.replaceOne({ _id, version: known.version }, replacement);
    if (matchedCount === 1) return;
  }
}

/** By compare-and-set too; noting the same again changes nothing. */
async function advance(erasures: Collection<ErasureDocument>, advanced: readonly StoredErasure[]): Promise<void> {
  const byId = new Map(advanced.map((erasure) => [erasure.customerId, erasure]));
  await repeatMissed([...byId.keys()], async (left) => {
    const writes = (await erasures.find({ _id: { $in: [...left] } }).toArray()).flatMap((document) => {
      const { stamp, marks, completedAt } = byId.get(document._id) ?? {};
      if (document.stamp !== stamp) return [];
      const { _id, ...replacement } = toDocument(withProgress(toErasure(document), { marks, completedAt }), document.version + 1);
      return [{ replaceOne: { filter: { _id, version: document.version }, replacement } }];
    });
    if (writes.length === 0) return [];
    const { matchedCount } = await erasures.bulkWrite(writes, { ordered: false });
    return matchedCount === writes.length ? [] : left;
  });
}

async function findAddresses(
  erasures: Collection<ErasureDocument>,
  hashes: readonly string[],
): Promise<ReadonlyMap<string, readonly Stamp[]>> {
  const wanted = new Set(hashes);
  const found = new Map<string, readonly Stamp[]>();
  const documents = await erasures.find({ "addresses.hash": { $in: [...wanted] } }).toArray();
  for (const { hash, stamp } of documents.flatMap(({ addresses }) => addresses)) {
    if (wanted.has(hash)) found.set(hash, [...(found.get(hash) ?? []), stamp]);
  }
  return found;
}

function toDocument({ customerId, ...erasure }: StoredErasure, version: number): ErasureDocument {
  return { _id: customerId, version, ...erasure, ...(erasure.completedAt === undefined ? { running: true } : {}) };
}

function toErasure({ _id, version: _version, running: _running, ...erasure }: ErasureDocument): StoredErasure {
  return { customerId: _id, ...erasure };
}
