import { pageOf, readCursor, type Versioned, type VersionedRecord } from "@crm-engine/core/ports";
import type { Collection, Document } from "mongodb";
import type { Connection } from "./database/connection.js";
import type { Collections, Identified } from "./schema/collections.js";

type AnyDocument = Document & { readonly _id: string };

/** Any noun's versioned records, each one document, whose writes are compare-and-set. */
export function mongoVersioned<T extends VersionedRecord>(
  { use }: Connection,
  choose: (collections: Collections) => Collection<Identified<T>>,
  { newestFirst = false }: { readonly newestFirst?: boolean } = {},
): Versioned<T> {
  const documentsIn = (collections: Collections) => choose(collections) as unknown as Collection<AnyDocument>;
  const toRecord = ({ _id, ...rest }: AnyDocument): T => ({ id: _id, ...rest }) as unknown as T;
  return {
    insert: ({ id, ...rest }) =>
      use(async (collections) => {
        await documentsIn(collections).insertOne({ _id: id, ...rest });
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
    replace: ({ id, ...rest }, expectedVersion) =>
      use(async (collections) => {
        const { matchedCount } = await documentsIn(collections).replaceOne(
          { _id: { $eq: id }, version: { $eq: expectedVersion } },
          rest,
        );
        return matchedCount === 1;
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
