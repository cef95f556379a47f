import type { BatchKind } from "../batch.js";
import type { Instant } from "../instant.js";
import type { ImportMap } from "./import-map.js";

/** A map that somebody keeps, under its name. */
export interface StoredMap {
  readonly id: string;
  readonly kind: BatchKind;
  readonly map: ImportMap;
  readonly version: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}
