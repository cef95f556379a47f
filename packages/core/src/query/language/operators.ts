import type { Parsed } from "../../model/edge.js";
import type { OperatorsOf, RuleValue } from "../../model/rule.js";
import { type Condition, type FieldRef, foldText, type TimeRange, type ValueType } from "../condition/condition.js";
import {
  type CalendarUnit,
  inLast,
  type RuleClock,
  rangeAfter,
  rangeBefore,
  rangeBetween,
  rangeInNext,
  rangeOfCalendar,
  rangeOlderThan,
  rangeOn,
  rangesOfAnniversary,
  type TimeValue,
} from "../condition/resolve-dates.js";
import type { Field, FieldType } from "./fields.js";
import {
  date,
  daysAhead,
  duration,
  type JsonSchema,
  listOf,
  type MoneyContext,
  money,
  none,
  number,
  type Operand,
  pairOf,
  someText,
  text,
  time,
} from "./operands.js";

/** A value that an operator took: what goes into the parsed rule, and what the whole test comes down to. */
export interface TestReading {
  readonly plain: RuleValue | undefined;
  lower(field: FieldRef, clock: RuleClock): Condition;
}

/** One operator on one type of field: the values it takes and its meaning. */
export interface OperatorDefinition {
  readonly valueSchema: JsonSchema | undefined;
  read(value: unknown, money: MoneyContext): Parsed<TestReading>;
}

type Definitions<T extends "any" | "string" | "number" | "boolean" | "date" | "array"> = Readonly<
  Record<OperatorsOf<T>, OperatorDefinition>
>;

const strings: Definitions<"string"> = {
  eq: operator(text, (field, value) => textIn(field, [value])),
  ne: operator(text, (field, value) => unless(field, "text", textIn(field, [value]))),
  in: operator(listOf(text), textIn),
  notIn: operator(listOf(text), (field, values) => unless(field, "text", textIn(field, values))),
  contains: operator(someText, (field, value) => textLike(field, "contains", value)),
  notContains: operator(someText, (field, value) => unless(field, "text", textLike(field, "contains", value))),
  startsWith: operator(someText, (field, value) => textLike(field, "starts", value)),
  endsWith: operator(someText, (field, value) => textLike(field, "ends", value)),
};

const booleans: Definitions<"boolean"> = {
  isTrue: operator(none, (field) => ({ kind: "is", field, value: true })),
  isFalse: operator(none, (field) => ({ kind: "is", field, value: false })),
};

const arrays: Definitions<"array"> = {
  includesAny: operator(listOf(text), (field, values) => ({ kind: "includes", field, how: "any", values })),
  includesAll: operator(listOf(text), (field, values) => ({ kind: "includes", field, how: "all", values })),
  includesNone: operator(listOf(text), (field, values) =>
    unless(field, "array", { kind: "includes", field, how: "any", values }),
  ),
  isEmpty: operator(none, (field) => ({
    kind: "any",
    of: [
      { kind: "not", of: present(field) },
      { kind: "empty", field },
    ],
  })),
};

const dates: Definitions<"date"> = {
  before: operator(time, (field, value, clock) => within(field, rangeBefore(value, clock))),
  after: operator(time, (field, value, clock) => within(field, rangeAfter(value, clock))),
  between: operator(pairOf(time, disorderOfTimes), (field, [from, to], clock) => within(field, rangeBetween(from, to, clock))),
  on: operator(date, (field, value, clock) => within(field, rangeOn(value, clock))),
  inLast: operator(duration, (field, value, clock) => within(field, inLast(value, clock))),
  notInLast: operator(duration, (field, value, clock) => unless(field, "date", within(field, inLast(value, clock)))),
  inNext: operator(duration, (field, { unit, amount }, clock) => within(field, rangeInNext(unit, amount, clock))),
  olderThan: operator(duration, (field, { unit, amount }, clock) => within(field, rangeOlderThan(unit, amount, clock))),
  today: calendar("day", 0),
  thisWeek: calendar("week", 0),
  thisMonth: calendar("month", 0),
  thisYear: calendar("year", 0),
  yesterday: calendar("day", -1),
  lastWeek: calendar("week", -1),
  lastMonth: calendar("month", -1),
  lastYear: calendar("year", -1),
  anniversaryWithin: operator(daysAhead, (field, days, clock) => within(field, ...rangesOfAnniversary(days, clock))),
};

const presence: Definitions<"any"> = {
  exists: operator(none, present),
  notExists: operator(none, (field) => ({ kind: "not", of: present(field) })),
};

const DEFINITIONS: { readonly [T in FieldType]: Readonly<Record<string, OperatorDefinition>> } = {
  string: { ...presence, ...strings },
  number: { ...presence, ...numbers(number) },
  money: { ...presence, ...numbers(money) },
  boolean: { ...presence, ...booleans },
  date: { ...presence, ...dates },
  array: { ...presence, ...arrays },
};

/** The operators that fit a type, with their definitions. */
export function operatorsOn(type: FieldType): Readonly<Record<string, OperatorDefinition>> {
  return DEFINITIONS[type];
}

/** The names of every operator that fits a field. */
export function operatorsFor(field: Field): readonly string[] {
  return [...new Set(field.types.flatMap((type) => Object.keys(DEFINITIONS[type])))];
}

/** The operator's definition for this field; where several types have it, the value's own type decides. */
export function operatorFor(field: Field, op: string, value: unknown): OperatorDefinition | undefined {
  const types = field.types.filter((type) => Object.hasOwn(DEFINITIONS[type], op));
  const sample = Array.isArray(value) ? value[0] : value;
  const type =
    types.length === 1 ? types[0] : types.find((candidate) => (candidate === "number") === (typeof sample === "number"));
  return type && DEFINITIONS[type][op];
}

function numbers(scalar: Operand<number, number>): Definitions<"number"> {
  const compare = (how: "gt" | "gte" | "lt" | "lte") =>
    operator(scalar, (field, value) => ({ kind: "compare", field, how, value }));
  return {
    eq: operator(scalar, (field, value) => numberIn(field, [value])),
    ne: operator(scalar, (field, value) => unless(field, "number", numberIn(field, [value]))),
    in: operator(listOf(scalar), numberIn),
    notIn: operator(listOf(scalar), (field, values) => unless(field, "number", numberIn(field, values))),
    gt: compare("gt"),
    gte: compare("gte"),
    lt: compare("lt"),
    lte: compare("lte"),
    between: operator(pairOf(scalar, disorderOfNumbers), (field, [from, to]) => ({
      kind: "all",
      of: [
        { kind: "compare", field, how: "gte", value: from },
        { kind: "compare", field, how: "lte", value: to },
      ],
    })),
  };
}

function operator<V>(operand: Operand<V>, lower: (field: FieldRef, value: V, clock: RuleClock) => Condition): OperatorDefinition {
  return {
    valueSchema: operand.schema,
    read: (value, context) => {
      const read = operand.read(value, context);
      if (!read.ok) return read;
      const { meaning, plain } = read.value;
      return { ok: true, value: { plain, lower: (field, clock) => lower(field, meaning, clock) } };
    },
  };
}

function calendar(unit: CalendarUnit, offset: number): OperatorDefinition {
  return operator(none, (field, _, clock) => within(field, rangeOfCalendar(unit, offset, clock)));
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
      : from.kind !== "instant" && to.kind !== "instant" && wallClockOf(from) >= wallClockOf(to);
  return disordered ? "must have the earlier time first: it is included, the later one is not (for one day use on)" : undefined;
}

function wallClockOf(value: TimeValue & { readonly kind: "date" | "wallClock" }): string {
  return value.kind === "date" ? `${value.date}T00:00:00.000` : value.wallClock;
}
