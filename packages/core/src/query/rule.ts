/** A calendar or clock length of time, in exactly one unit. Days and longer are calendar units in the rule's time zone. */
export const DURATION_UNITS = ["minutes", "hours", "days", "weeks", "months", "years"] as const;
export type DurationUnit = (typeof DURATION_UNITS)[number];
export type Duration = { readonly [U in DurationUnit]?: number };

/** Operators, by the type of what they read. */
export const OPERATORS = {
  any: ["exists", "notExists"],
  string: ["eq", "ne", "in", "notIn", "contains", "notContains", "startsWith", "endsWith"],
  number: ["eq", "ne", "gt", "gte", "lt", "lte", "between", "in", "notIn"],
  boolean: ["isTrue", "isFalse"],
  date: [
    "before",
    "after",
    "between",
    "on",
    "inLast",
    "notInLast",
    "inNext",
    "olderThan",
    "today",
    "thisWeek",
    "thisMonth",
    "thisYear",
    "yesterday",
    "lastWeek",
    "lastMonth",
    "lastYear",
    "anniversaryWithin",
  ],
  array: ["includesAny", "includesAll", "includesNone", "isEmpty"],
} as const;

export type OperatorsOf<T extends keyof typeof OPERATORS> = (typeof OPERATORS)[T][number];
export type Operator = OperatorsOf<keyof typeof OPERATORS>;
export type RuleValue = string | number | readonly (string | number)[] | Duration;

/** One comparison. Which values an operator takes is checked by the parser; `value` is absent for operators that take none. */
export interface FieldTest {
  /** A customer field, `attributes.NAME` (all after the first dot is the name) or `consent.CHANNEL`. */
  readonly field: string;
  readonly op: Operator;
  readonly value?: RuleValue;
}

/** A segment's rule: plain JSON. `all: []` is everyone, `any: []` is no one. */
export type Rule = { readonly all: readonly Rule[] } | { readonly any: readonly Rule[] } | { readonly not: Rule } | FieldTest;
