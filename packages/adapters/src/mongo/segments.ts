import type { Segments, StoredSegment } from "@crm-engine/core/ports";
import type { Connection } from "./database/connection.js";
import { mongoVersioned } from "./versioned.js";

export function mongoSegments(connection: Connection): Segments {
  return mongoVersioned<StoredSegment>(connection, ({ segments }) => segments);
}
