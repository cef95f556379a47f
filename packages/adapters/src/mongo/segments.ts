import type { Segment, Store } from "@crm-engine/core";
import type { Connection } from "./database/connection.js";
import { versionedDocuments } from "./schema/versioned-documents.js";

export function mongoSegments({ use }: Connection): Store["segments"] {
  return {
    insert: (segment) => use(({ segments }) => versionedDocuments<Segment>(segments).insert(segment)),
    get: (id) => use(({ segments }) => versionedDocuments<Segment>(segments).get(id)),
    list: (page) => use(({ segments }) => versionedDocuments<Segment>(segments).list(page, 1)),
    replace: (segment, expectedVersion) =>
      use(({ segments }) => versionedDocuments<Segment>(segments).replace(segment, expectedVersion)),
    delete: (id) => use(({ segments }) => versionedDocuments<Segment>(segments).delete(id)),
  };
}
