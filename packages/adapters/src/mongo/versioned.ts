import { randomUUID } from "node:crypto";
import { pageOf, readCursor, type Versioned, type VersionedRecord } from "@crm-engine/core/ports";
import type { Collection, Document } from "mongodb";
import type { Connection } from "./database/connection.js";
import { isDuplicateKey } from "./database/errors.js";
import type { Collections, Identified } from "./schema/collections.js";

type AnyDocument = Document & { readonly _id: string };

/** `writtenBy` names the call that wrote it last. */
type Written = AnyDocument & { readonly writtenBy: string };

export interface VersionedCollection<T> {
  readonly newestFirst?: boolean;
  /** What the record is found by and does not hold itself; kept beside it, under `listed`. */
  readonly listed?: (record: T) => Document;
}

/** The record of a stored document. */
export function recordIn<T extends VersionedRecord>({ _id, writtenBy: _, listed: __, ...rest }: AnyDocument): T {
  return { id: _id, ...rest } as unknown as T;
}

/**
 * Any noun's versioned records, each one document, whose writes are compare-and-set. A write is named: a driver that saw no reply
 * sends it again, and not every server knows by itself that it has done it. What was deleted can't be told from what was not there.
 */
export function mongoVersioned<T extends VersionedRecord>(
  { use }: Connection,
  choose: (collections: Collections) => Collection<Identified<T>>,
  { newestFirst = false, listed }: VersionedCollection<T> = {},
): Versioned<T> {
  const documentsIn = (collections: Collections) => choose(collections) as unknown as Collection<AnyDocument>;
  const isWritten = async (documents: Collection<AnyDocument>, { _id, writtenBy }: Written): Promise<boolean> =>
    (await documents.findOne({ _id: { $eq: _id }, writtenBy: { $eq: writtenBy } })) !== null;
  const written = (record: T): Written => {
    const { id, ...rest } = record;
    return { _id: id, ...rest, ...(listed ? { listed: listed(record) } : {}), writtenBy: randomUUID() };
  };
  const toRecord = recordIn<T>;
  return {
    insert: (record) =>
      use(async (collections) => {
        const documents = documentsIn(collections);
        const document = written(record);
        try {
          await documents.insertOne(document);
        } catch (error) {
          if (!isDuplicateKey(error) || !(await isWritten(documents, document))) throw error;
        }
      }),
    get: (id) =>
      use(async (collections) => {
        const document = await documentsIn(collections).findOne({ _id: { $eq: id } });
        return document ? toRecord(document) : undefined;
      }),
    list: (page) =>
      use(async (collections) => {
        const after = readCursor(page.cursor, ["string"])?.[0];
        const rows = await documentsIn(collections)
          .find(after === undefined ? {} : { _id: newestFirst ? { $lt: after } : { $gt: after } })
          .sort({ _id: newestFirst ? -1 : 1 })
          .limit(page.limit + 1)
          .toArray();
        return pageOf(rows, page, ({ _id }) => [_id], toRecord);
      }),
    replace: (record, expectedVersion) =>
      use(async (collections) => {
        const documents = documentsIn(collections);
        const { _id, ...next } = written(record);
        const expected = { _id: { $eq: _id }, version: { $eq: expectedVersion } };
        const { matchedCount } = await documents.replaceOne(expected, next);
        return matchedCount === 1 || (await isWritten(documents, { _id, ...next }));
      }),
    delete: (id, expectedVersion) =>
      use(async (collections) => {
        const { deletedCount } = await documentsIn(collections).deleteOne({
          _id: { $eq: id },
          version: { $eq: expectedVersion },
        });
        return deletedCount === 1;
      }),
  };
}
