import type { StoredSegment } from "../model/segment.js";
import type { Segments } from "../ports/segments.js";
import type { Sync } from "./async-port.js";
import { OrderedMap } from "./ordered-map.js";
import { memoryVersioned } from "./versioned.js";

export const memorySegments = (): Sync<Segments> => memoryVersioned(new OrderedMap<StoredSegment>());
