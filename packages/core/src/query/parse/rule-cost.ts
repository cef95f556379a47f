import type { Issue } from "../../errors.js";
import { isObject } from "../language/json-paths.js";
import { MAX_RULE_COST } from "../language/limits.js";

/** Ranges of time that `anniversaryWithin` expands to: one for each year since 1900. The same on every day. */
const ANNIVERSARY_RANGES = 130;
/** Customers have several orders and messages, and each of them is tested. */
const ROWS_OF_RELATION = 5;

const atMost = `a rule costs at most ${shown(MAX_RULE_COST)}, with the rules of the segments it refers to`;

interface MostExpensive {
  readonly path: string;
  readonly units: number;
}

/**
 * What the evaluation of a rule costs a store, whatever its data and the date: one unit for each range of values that a test
 * compares with, and five times as many for a test of orders or messages, with all that is in its `where`.
 */
export class RuleCost {
  #units = 0;
  #mostExpensive: MostExpensive | undefined;

  /** Counts one node, not those below it. `times`: how often it is evaluated for each customer. Returns the same for the nodes below it. */
  add(node: unknown, path: string, times: number): number {
    const relation = relationOf(node);
    const below = relation === undefined ? times : times * ROWS_OF_RELATION * measuresIn(relation);
    const units = rangesOf(node) * below;
    this.#units += units;
    // The last of equals: `referenceIssue` visits a rule from its end.
    if (units >= (this.#mostExpensive?.units ?? 1)) this.#mostExpensive = { path, units };
    return below;
  }

  get issue(): Issue | undefined {
    if (this.#units <= MAX_RULE_COST || !this.#mostExpensive) return undefined;
    const { path, units } = this.#mostExpensive;
    const costs = `the rule costs ${shown(this.#units)} units, ${shown(units)} of them here`;
    return { path, message: `is too expensive: ${costs}, and ${atMost}` };
  }
}

function relationOf(node: unknown): unknown {
  if (!isObject(node)) return undefined;
  return Object.hasOwn(node, "orders") ? node.orders : Object.hasOwn(node, "messages") ? node.messages : undefined;
}

/** Groups and references cost nothing by themselves. */
function rangesOf(node: unknown): number {
  if (!isObject(node)) return 0;
  if (Object.hasOwn(node, "field")) return node.op === "anniversaryWithin" ? ANNIVERSARY_RANGES : 1;
  const relation = relationOf(node);
  if (relation === undefined) return Object.hasOwn(node, "sample") ? 1 : 0;
  const ofDates = isObject(relation) ? [relation.first, relation.last] : [];
  return ofDates.some((comparison) => isObject(comparison) && Object.hasOwn(comparison, "anniversaryWithin"))
    ? ANNIVERSARY_RANGES
    : 1;
}

/** An average is compared with each of several values by a measure of its own. */
function measuresIn(relation: unknown): number {
  const average = isObject(relation) ? relation.avg : undefined;
  if (!isObject(average)) return 1;
  return Math.max(1, ...Object.values(average).map((value) => (Array.isArray(value) ? value.length : 1)));
}

function shown(units: number): string {
  return units.toLocaleString("en");
}
