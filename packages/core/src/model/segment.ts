import type { Instant } from "./instant.js";

/** A rule as it is kept: the plain JSON that its parser left. Only the language in which it is written reads it again. */
export type StoredRule = { readonly [key: string]: unknown };

/** A named rule. `version` rises with each change, and a campaign pins the one it was launched with. */
export interface StoredSegment {
  readonly id: string;
  readonly name: string;
  readonly rule: StoredRule;
  /** Zone of dates and calendar windows in the rule; the engine's, if absent. */
  readonly timeZone?: string;
  readonly version: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/** A referenced segment as it was at launch, with its time zone resolved. */
export interface PinnedSegment {
  readonly rule: StoredRule;
  readonly timeZone: string;
  readonly version: number;
}

/** By id. */
export type PinnedSegments = Readonly<Record<string, PinnedSegment>>;
