import type { StoredRule } from "../../model/segment.js";
import type { MessageEvent } from "../condition/message-event.js";
import type { Duration } from "./durations.js";
import type { Measure } from "./measures.js";
import type { Operator, RuleValue } from "./operators.js";

/** One comparison. Which values an operator takes is checked by the parser; `value` is absent for operators that take none. */
export type FieldTest = {
  /** A customer field, `attributes.NAME` (all after the first dot is the name) or `consent.CHANNEL`; in `where`, a field of the order or item. */
  readonly field: string;
  readonly op: Operator;
  readonly value?: RuleValue;
};

/** One operator with its value; `true` for operators that take none: `{ "gte": 3 }`, `{ "thisMonth": true }`. */
export type Comparison = { readonly [O in Operator]?: RuleValue | true };

/**
 * Exactly one measure over the orders that were placed `within` a length of time before now and for which `where` holds: a rule
 * over the fields of the order and of one item. Refunds count only where `where` names `type`, cancelled orders
 * only where it names `status`.
 */
export type OrdersQuery = { readonly where?: Rule; readonly within?: Duration } & { readonly [M in Measure]?: Comparison };
export type OrdersTest = { readonly orders: OrdersQuery };

/** Everyone in another segment, which is read in its own time zone and at the same now. */
export type SegmentTest = { readonly segment: string };

/** A stable share of everyone: the same people for the same seed (empty, if absent), whatever else is in the rule. */
export type SampleTest = { readonly sample: { readonly percent: number; readonly seed?: string | number } };

/** How many messages, of one campaign or any, met an event within a length of time before now; at least one, if `count` is absent. */
export type MessagesTest = {
  readonly messages: {
    readonly event: MessageEvent;
    readonly campaign?: string;
    readonly within?: Duration;
    readonly count?: Comparison;
  };
};

/** What ends a branch. */
export type Leaf = FieldTest | OrdersTest | SegmentTest | SampleTest | MessagesTest;

/** A segment's rule: plain JSON. `all: []` is everyone, `any: []` is no one. */
export type Rule = { readonly all: readonly Rule[] } | { readonly any: readonly Rule[] } | { readonly not: Rule } | Leaf;

/** A stored rule as one of the language: it was parsed before it was stored. */
export function ruleOf(stored: StoredRule): Rule {
  return stored as Rule;
}
