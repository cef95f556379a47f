import type { StoredSegment } from "../model/segment.js";
import type { Versioned } from "./versioned.js";

/** Listed oldest first. */
export type Segments = Versioned<StoredSegment>;
