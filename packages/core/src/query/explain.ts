import type { Rule } from "./rule.js";
/** A rule's tree with what was seen and decided at each node. */
export interface Explanation {
  readonly matches: boolean;
  readonly rule: Rule;
  /** A sentence: what was read and what it was held against. Tests only. */
  readonly seen?: unknown;
  readonly children?: readonly Explanation[];
}
