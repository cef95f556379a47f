import { keysOf } from "../../model/record-of.js";
import { type Condition, type FieldRef, foldText, type TimeRange, type ValueType } from "../condition/condition.js";
import {
  anniversaryIn,
  type CalendarUnit,
  inLast,
  rangeAfter,
  rangeBefore,
  rangeBetween,
  rangeInNext,
  rangeOfCalendar,
  rangeOfDay,
  rangeOlderThan,
  rangeOn,
  type TimeValue,
} from "../condition/resolve-dates.js";
import { dayFromToday, daysAhead, duration } from "./durations.js";
import type { Field, FieldType } from "./fields.js";
import { date, listOf, money, none, number, type Operand, pairOf, someText, text, time } from "./operands.js";
import { type OperatorDefinition, operator } from "./operator.js";

const presence = {
  exists: operator(none, ["has {subject}", "has {perfect}"], present),
  notExists: operator(none, ["has no {subject}", "has never {perfect}"], (field) => ({ kind: "not", of: present(field) })),
};

const strings = {
  eq: operator(text, "is {value}", (field, value) => textIn(field, [value])),
  ne: operator(text, "is not {value}", (field, value) => unless(field, "text", textIn(field, [value]))),
  in: operator(listOf(text), "is one of {value}", textIn),
  notIn: operator(listOf(text), "is none of {value}", (field, values) => unless(field, "text", textIn(field, values))),
  contains: operator(someText, "contains {value}", (field, value) => textLike(field, "contains", value)),
  notContains: operator(someText, "does not contain {value}", (field, value) =>
    unless(field, "text", textLike(field, "contains", value)),
  ),
  startsWith: operator(someText, "begins with {value}", (field, value) => textLike(field, "starts", value)),
  endsWith: operator(someText, "ends with {value}", (field, value) => textLike(field, "ends", value)),
};

const booleans = {
  isTrue: operator(none, "is true", (field) => ({ kind: "is", field, value: true })),
  isFalse: operator(none, "is false", (field) => ({ kind: "is", field, value: false })),
};

const arrays = {
  includesAny: operator(listOf(text), "includes any of {value}", (field, values) => includes(field, "any", values)),
  includesAll: operator(listOf(text), "includes all of {value}", (field, values) => includes(field, "all", values)),
  includesNone: operator(listOf(text), "includes none of {value}", (field, values) =>
    unless(field, "array", includes(field, "any", values)),
  ),
  /** Has no entries, or is missing. */
  isEmpty: operator(none, "is empty", (field) => ({
    kind: "any",
    of: [
      { kind: "not", of: present(field) },
      { kind: "empty", field },
    ],
  })),
};

/** Times are ISO 8601 texts: a date, a date-time, or a date-time with an offset. */
const dates = {
  before: operator(time, "is before {value}", (field, value, clock) => within(field, rangeBefore(value, clock))),
  after: operator(time, "is after {value}", (field, value, clock) => within(field, rangeAfter(value, clock))),
  /** A second end with a time is not included; one that is a date is, to its midnight. */
  between: operator(pairOf(time, disorderOfTimes, spanInWords), "is between {value}", (field, [from, to], clock) =>
    within(field, rangeBetween(from, to, clock)),
  ),
  on: operator(date, "is on {value}", (field, value, clock) => within(field, rangeOn(value, clock))),
  /** That one calendar day, whatever the time of day is now. */
  isDay: operator(dayFromToday, "is on the day {value}", (field, value, clock) => within(field, rangeOfDay(value, clock))),
  inLast: operator(duration, "is in the last {value}", (field, value, clock) => within(field, inLast(value, clock))),
  notInLast: operator(
    duration,
    ["is a date that is not in the last {value}", "at some time but not in the last {value}"],
    (field, value, clock) => unless(field, "date", within(field, inLast(value, clock))),
  ),
  inNext: operator(duration, "is in the next {value}", (field, { unit, amount }, clock) =>
    within(field, rangeInNext(unit, amount, clock)),
  ),
  olderThan: operator(duration, "is more than {value} ago", (field, { unit, amount }, clock) =>
    within(field, rangeOlderThan(unit, amount, clock)),
  ),
  today: calendar("today", "day", 0),
  thisWeek: calendar("this week", "week", 0),
  thisMonth: calendar("this month", "month", 0),
  thisYear: calendar("this year", "year", 0),
  yesterday: calendar("yesterday", "day", -1),
  lastWeek: calendar("last week", "week", -1),
  lastMonth: calendar("last month", "month", -1),
  lastYear: calendar("last year", "year", -1),
  anniversaryWithin: operator(
    daysAhead,
    ["has its anniversary {value}", "on a day that has its anniversary {value}"],
    (field, days, clock) => ({ kind: "within", field, ...anniversaryIn(days, clock) }),
  ),
};

/** Every operator, by the type of what it reads. Builder, parser, schema, catalogue and descriptions follow from it. */
export const OPERATORS = {
  string: { ...presence, ...strings },
  number: { ...presence, ...numbers(number) },
  money: { ...presence, ...numbers(money) },
  boolean: { ...presence, ...booleans },
  date: { ...presence, ...dates },
  array: { ...presence, ...arrays },
} satisfies { readonly [T in FieldType]: Readonly<Record<string, OperatorDefinition>> };

export type Operators = typeof OPERATORS;
export type OperatorsOf<T extends FieldType> = Extract<keyof Operators[T], string>;
export const OPERATOR_NAMES = Object.values(OPERATORS).flatMap((operators) => keysOf(operators));
export type Operator = { [T in FieldType]: OperatorsOf<T> }[FieldType];

/** The type of an operator's value in a rule; undefined where it takes none. */
export type ValueOf<T extends FieldType, O extends keyof Operators[T]> =
  Operators[T][O] extends OperatorDefinition<infer P> ? P : never;
/** Any operator's value. */
export type RuleValue = Exclude<{ [T in FieldType]: ValueOf<T, keyof Operators[T]> }[FieldType], undefined>;

/** Operators by name, whatever they take. */
export type OperatorTable = Readonly<Record<string, OperatorDefinition<RuleValue | undefined>>>;

/** The operators that fit a type, with their definitions. */
export function operatorsOn(type: FieldType): OperatorTable {
  return OPERATORS[type];
}

/** The names of every operator that fits a field. */
export function operatorsFor(field: Field): readonly string[] {
  return [...new Set(field.types.flatMap((type) => Object.keys(OPERATORS[type])))];
}

/** The operator's definition for this field; where several types have it, the value's own type decides. */
export function operatorFor(field: Field, op: string, value: unknown): OperatorTable[string] | undefined {
  const types = field.types.filter((type) => Object.hasOwn(OPERATORS[type], op));
  const sample = Array.isArray(value) ? value[0] : value;
  const type =
    types.length === 1 ? types[0] : types.find((candidate) => (candidate === "number") === (typeof sample === "number"));
  return type && operatorsOn(type)[op];
}

function numbers(scalar: Operand<number, number>) {
  const compare = (words: string, how: "gt" | "gte" | "lt" | "lte") =>
    operator(scalar, words, (field, value) => ({ kind: "compare", field, how, value }));
  return {
    eq: operator(scalar, ["is {value}", "exactly {value}"], (field, value) => numberIn(field, [value])),
    ne: operator(scalar, ["is not {value}", "other than {value}"], (field, value) =>
      unless(field, "number", numberIn(field, [value])),
    ),
    in: operator(listOf(scalar), "is one of {value}", numberIn),
    notIn: operator(listOf(scalar), "is none of {value}", (field, values) => unless(field, "number", numberIn(field, values))),
    gt: compare("is over {value}", "gt"),
    gte: compare("is at least {value}", "gte"),
    lt: compare("is under {value}", "lt"),
    lte: compare("is at most {value}", "lte"),
    /** Both ends included. */
    between: operator(pairOf(scalar, disorderOfNumbers), "is between {value}", (field, [from, to]) => ({
      kind: "all",
      of: [
        { kind: "compare", field, how: "gte", value: from },
        { kind: "compare", field, how: "lte", value: to },
      ],
    })),
  };
}

function calendar(words: string, unit: CalendarUnit, offset: number): OperatorDefinition<undefined> {
  return operator(none, `is ${words}`, (field, _, clock) => within(field, rangeOfCalendar(unit, offset, clock)));
}

/** A negated operator: it still needs a value, and one of the right type. */
function unless(field: FieldRef, type: ValueType, excluded: Condition): Condition {
  return {
    kind: "all",
    of: [
      { kind: "typed", field, type },
      { kind: "not", of: excluded },
    ],
  };
}

function present(field: FieldRef): Condition {
  return { kind: "present", field };
}

function textIn(field: FieldRef, values: readonly string[]): Condition {
  return { kind: "textIn", field, values };
}

function textLike(field: FieldRef, how: "contains" | "starts" | "ends", value: string): Condition {
  return { kind: "textLike", field, how, folded: foldText(value) };
}

function numberIn(field: FieldRef, values: readonly number[]): Condition {
  return { kind: "numberIn", field, values };
}

function includes(field: FieldRef, how: "any" | "all", values: readonly string[]): Condition {
  return { kind: "includes", field, how, values };
}

function within(field: FieldRef, ...ranges: readonly TimeRange[]): Condition {
  return { kind: "within", field, ranges };
}

function disorderOfNumbers(from: number, to: number): string | undefined {
  return from > to ? "must have the smaller value first" : undefined;
}

/** Times are compared where that needs no time zone; otherwise a range the wrong way round is just empty. */
function disorderOfTimes(from: TimeValue, to: TimeValue): string | undefined {
  const disordered =
    from.kind === "instant" && to.kind === "instant"
      ? from.instant >= to.instant
      : from.kind !== "instant" && to.kind !== "instant" && wallClockOf(from, "00:00") >= wallClockOf(to, "24:00");
  return disordered ? "must have the earlier time first: it is included, and so is the later one if it is a date" : undefined;
}

function wallClockOf(value: TimeValue & { readonly kind: "date" | "wallClock" }, timeOfDay: string): string {
  return value.kind === "date" ? `${value.date}T${timeOfDay}:00.000` : value.wallClock;
}

function spanInWords(from: string, to: string): string {
  return /^\d{4}-\d\d-\d\d$/.test(to) ? `${from} and the end of ${to}` : `${from} and ${to} (not included)`;
}
