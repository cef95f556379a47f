import type { Store, StoredSegment } from "@crm-engine/core/ports";
import type { Connection } from "./database/connection.js";
import { versionedDocuments } from "./schema/versioned-documents.js";

export function mongoSegments({ use }: Connection): Store["segments"] {
  return {
    insert: (segment) => use(({ segments }) => versionedDocuments<StoredSegment>(segments).insert(segment)),
    get: (id) => use(({ segments }) => versionedDocuments<StoredSegment>(segments).get(id)),
    list: (page) => use(({ segments }) => versionedDocuments<StoredSegment>(segments).list(page, 1)),
    replace: (segment, expectedVersion) =>
      use(({ segments }) => versionedDocuments<StoredSegment>(segments).replace(segment, expectedVersion)),
    delete: (id) => use(({ segments }) => versionedDocuments<StoredSegment>(segments).delete(id)),
  };
}
