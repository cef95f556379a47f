import type { Customer } from "../model/customer.js";
import { formatInstant, type Instant } from "../model/instant.js";
import { fromMinorUnits } from "../model/money.js";
import type { Condition } from "./condition.js";
import { holds } from "./holds.js";
import { type RuleContext, understand } from "./lower-rule.js";
import { matches } from "./matches.js";
import { readField } from "./read-field.js";
import type { FieldTest, Rule } from "./rule.js";

/** A rule's tree with the verdict at each node. */
export type Explanation = GroupExplanation | TestExplanation;

export interface GroupExplanation {
  readonly kind: "all" | "any" | "not";
  readonly matches: boolean;
  readonly children: readonly Explanation[];
}

export interface TestExplanation {
  readonly kind: "test";
  readonly matches: boolean;
  readonly test: FieldTest;
  /** The customer's value: money in major units, dates of the customer as ISO 8601 in UTC, null where it is missing. */
  readonly seen: unknown;
  /** Tests of dates: the half-open windows it was held against, of which the value had to lie in one; null is an open end. */
  readonly windows?: readonly Window[];
}

export interface Window {
  readonly from: string | null;
  readonly to: string | null;
}

/** Why a customer is in a segment, or is not. Each verdict is that of `matches` on that part of the rule. */
export function explain(rule: Rule, customer: Customer, context: RuleContext): Explanation {
  const group = (kind: GroupExplanation["kind"], children: readonly Rule[]): GroupExplanation => ({
    kind,
    matches: matches(rule, customer, context),
    children: children.map((child) => explain(child, customer, context)),
  });
  if ("all" in rule) return group("all", rule.all);
  if ("any" in rule) return group("any", rule.any);
  if ("not" in rule) return group("not", [rule.not]);
  return explainTest(rule, customer, context);
}

function explainTest(input: FieldTest, customer: Customer, context: RuleContext): TestExplanation {
  const { field, test, lower } = understand(input, context);
  const condition = lower(context);
  const windows = windowsOf(condition);
  const value = readField(field.ref, customer);
  return {
    kind: "test",
    matches: holds(condition, customer),
    test,
    seen: typeof value === "number" ? shownNumber(value, field.types[0], context) : (value ?? null),
    ...(windows ? { windows } : {}),
  };
}

function shownNumber(value: number, type: string | undefined, context: RuleContext): unknown {
  if (type === "money") return fromMinorUnits(value, context.currencyDecimals);
  return type === "date" ? shownInstant(value) : value;
}

function windowsOf(condition: Condition): readonly Window[] | undefined {
  switch (condition.kind) {
    case "within":
      return condition.ranges.map(({ from, to }) => ({ from: shownInstant(from), to: shownInstant(to) }));
    case "not":
      return windowsOf(condition.of);
    case "all":
    case "any":
      return condition.of.map(windowsOf).find((windows) => windows !== undefined);
    default:
      return undefined;
  }
}

function shownInstant(instant: Instant | undefined): string | null {
  return instant === undefined ? null : formatInstant(instant);
}
