import type { BatchKind, ImportMap } from "@crm-engine/core";

/** A map for an export that people have, proposed where a header fits it and never applied in silence. */
export interface Preset {
  readonly name: string;
  readonly kind: BatchKind;
  /** What it is for, in a line. */
  readonly title: string;
  readonly map: ImportMap;
  /** Columns by which its header is known; those that the map needs, if absent. */
  readonly knownBy?: readonly string[];
  /** Columns that its header never has: a file that has one is another. */
  readonly never?: readonly string[];
}
