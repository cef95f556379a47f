import type { StoredSegment } from "../model/segment.js";
import type { Segments } from "../ports/segments.js";
import type { Sync } from "./async-port.js";
import { pageByKey } from "./page-of.js";
import { VersionedRows } from "./versioned-rows.js";

export function memorySegments(): Sync<Segments> {
  const segments = new VersionedRows<StoredSegment>();
  return {
    insert: (segment) => segments.insert(segment),
    get: (id) => segments.rows.get(id),
    list: (page) => pageByKey(segments.rows, page),
    replace: (segment, expectedVersion) => segments.replace(segment, expectedVersion),
    delete: (id) => segments.rows.delete(id),
  };
}
