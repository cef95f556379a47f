import type { Issue } from "../../errors.js";
import { at } from "../language/json-paths.js";
import { MAX_RULE_DEPTH, MAX_RULE_NODES, tooDeep, tooLarge } from "../language/limits.js";

/** Where in a rule something is read. */
export interface Place {
  /** From the root of the whole rule. */
  readonly path: string;
  readonly depth: number;
  readonly size: RuleSize;
}

/**
 * The size of a rule, counted while it is read. The first thing that is wrong with it ends the reading, so that a hostile rule costs
 * no more than the largest good one.
 */
export class RuleSize {
  #nodes = 1;
  #issue: Issue | undefined;

  get issue(): Issue | undefined {
    return this.#issue;
  }

  /** Counts the rules right below a place before they are read. False where the reading ends. */
  admits({ path, depth }: Place, below: number): boolean {
    this.#nodes += below;
    if (depth > MAX_RULE_DEPTH) this.#issue ??= { path, message: tooDeep };
    if (this.#nodes > MAX_RULE_NODES) this.#issue ??= { path, message: tooLarge };
    return this.#issue === undefined;
  }
}

/** The place of a rule below another. */
export function below({ path, depth, size }: Place, step: string): Place {
  return { path: at(path, step), depth: depth + 1, size };
}

/** What is read of a rule that is too large: nothing. Why is in its `RuleSize`. */
export const TOO_LARGE: { readonly ok: false; readonly issues: readonly Issue[] } = { ok: false, issues: [] };
