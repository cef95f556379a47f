import type { Instant } from "./instant.js";
import type { Rule } from "./rule.js";

/** A named rule. `version` rises with each change, and a campaign pins the one it was launched with. */
export interface StoredSegment {
  readonly id: string;
  readonly name: string;
  readonly rule: Rule;
  /** Zone of dates and calendar windows in the rule; the engine's, if absent. */
  readonly timeZone?: string;
  readonly version: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/** A referenced segment as it was at launch, with its time zone resolved. */
export interface PinnedSegment {
  readonly rule: Rule;
  readonly timeZone: string;
  readonly version: number;
}

/** By id. */
export type PinnedSegments = Readonly<Record<string, PinnedSegment>>;
