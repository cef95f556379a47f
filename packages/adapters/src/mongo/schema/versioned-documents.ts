import { type Page, type PageRequest, pageOf, readCursor } from "@crm-engine/core/ports";
import type { Collection, Document } from "mongodb";
import type { Identified } from "./collections.js";

type AnyDocument = Document & { readonly _id: string };

interface Versioned {
  readonly id: string;
  readonly version: number;
}

/** Whole documents with a version: writes are compare-and-set on it, each of one document. */
export interface VersionedDocuments<V extends Versioned> {
  insert(value: V): Promise<void>;
  get(id: string): Promise<V | undefined>;
  /** By id, or the other way round. */
  list(page: PageRequest, direction: 1 | -1): Promise<Page<V>>;
  replace(value: V, expectedVersion: number): Promise<boolean>;
  /** Of any version, if none is expected. */
  delete(id: string, expectedVersion?: number): Promise<boolean>;
}

export function versionedDocuments<V extends Versioned>(collection: Collection<Identified<V>>): VersionedDocuments<V> {
  const documents = collection as unknown as Collection<AnyDocument>;
  const toValue = ({ _id, ...rest }: AnyDocument): V => ({ id: _id, ...rest }) as unknown as V;
  return {
    insert: async ({ id, ...rest }) => {
      await documents.insertOne({ _id: id, ...rest });
    },
    get: async (id) => {
      const document = await documents.findOne({ _id: { $eq: id } });
      return document ? toValue(document) : undefined;
    },
    list: async (page, direction) => {
      const after = readCursor(page.cursor, ["string"])?.[0];
      const rows = await documents
        .find(after === undefined ? {} : { _id: direction === 1 ? { $gt: after } : { $lt: after } })
        .sort({ _id: direction })
        .limit(page.limit + 1)
        .toArray();
      return pageOf(rows, page, ({ _id }) => [_id], toValue);
    },
    replace: async ({ id, ...rest }, expectedVersion) => {
      const { matchedCount } = await documents.replaceOne({ _id: { $eq: id }, version: expectedVersion }, rest);
      return matchedCount === 1;
    },
    delete: async (id, expectedVersion) => {
      const version = expectedVersion === undefined ? {} : { version: expectedVersion };
      return (await documents.deleteOne({ _id: { $eq: id }, ...version })).deletedCount === 1;
    },
  };
}
