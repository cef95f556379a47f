import type { Channel } from "../model/customer.js";
import type { CUSTOMER_FIELDS, FieldType } from "./fields.js";
import type { Duration, DurationUnit, FieldTest, Operator, Rule, RuleValue } from "./rule.js";

/** Exactly one unit: `{ days: 30 }`. */
export type Span = {
  readonly [U in DurationUnit]: { readonly [V in U]: number } & { readonly [V in Exclude<DurationUnit, U>]?: never };
}[DurationUnit];

interface PresenceTests {
  exists(): FieldTest;
  notExists(): FieldTest;
}

export interface StringTests extends PresenceTests {
  eq(value: string): FieldTest;
  ne(value: string): FieldTest;
  in(values: readonly string[]): FieldTest;
  notIn(values: readonly string[]): FieldTest;
  contains(value: string): FieldTest;
  notContains(value: string): FieldTest;
  startsWith(value: string): FieldTest;
  endsWith(value: string): FieldTest;
}

export interface NumberTests extends PresenceTests {
  eq(value: number): FieldTest;
  ne(value: number): FieldTest;
  in(values: readonly number[]): FieldTest;
  notIn(values: readonly number[]): FieldTest;
  gt(value: number): FieldTest;
  gte(value: number): FieldTest;
  lt(value: number): FieldTest;
  lte(value: number): FieldTest;
  /** Both ends included. */
  between(from: number, to: number): FieldTest;
}

/** Dates are ISO 8601 text: a date, a date-time, or a date-time with an offset. */
export interface DateTests extends PresenceTests {
  before(time: string): FieldTest;
  after(time: string): FieldTest;
  /** The second end is not included. */
  between(from: string, to: string): FieldTest;
  on(date: string): FieldTest;
  inLast(span: Span): FieldTest;
  notInLast(span: Span): FieldTest;
  inNext(span: Span): FieldTest;
  olderThan(span: Span): FieldTest;
  today(): FieldTest;
  thisWeek(): FieldTest;
  thisMonth(): FieldTest;
  thisYear(): FieldTest;
  yesterday(): FieldTest;
  lastWeek(): FieldTest;
  lastMonth(): FieldTest;
  lastYear(): FieldTest;
  anniversaryWithin(span: { readonly days: number }): FieldTest;
}

export interface ArrayTests extends PresenceTests {
  includesAny(values: readonly string[]): FieldTest;
  includesAll(values: readonly string[]): FieldTest;
  includesNone(values: readonly string[]): FieldTest;
  isEmpty(): FieldTest;
}

interface BooleanTests extends PresenceTests {
  isTrue(): FieldTest;
  isFalse(): FieldTest;
}

/** Nobody declares an attribute: it takes every operator, and the operator says what it is read as. */
export interface AttributeTests extends StringTests, NumberTests, BooleanTests, DateTests, ArrayTests {
  eq(value: string | number): FieldTest;
  ne(value: string | number): FieldTest;
  in(values: readonly string[] | readonly number[]): FieldTest;
  notIn(values: readonly string[] | readonly number[]): FieldTest;
  between(from: number, to: number): FieldTest;
  between(from: string, to: string): FieldTest;
}

interface TestsByType {
  readonly string: StringTests;
  readonly number: NumberTests;
  readonly money: NumberTests;
  readonly boolean: BooleanTests;
  readonly date: DateTests;
  readonly array: ArrayTests;
}

type FieldName = keyof typeof CUSTOMER_FIELDS;
type TestsOf<N extends FieldName> = (typeof CUSTOMER_FIELDS)[N] extends infer T extends FieldType ? TestsByType[T] : never;

/** Everyone for whom all of the rules hold; with none, everyone. */
export function all(...rules: readonly Rule[]): Rule {
  return { all: rules };
}

/** Everyone for whom one of the rules holds; with none, no one. */
export function any(...rules: readonly Rule[]): Rule {
  return { any: rules };
}

/** The plain complement: everyone else, those without a value included. */
export function not(rule: Rule): Rule {
  return { not: rule };
}

/** Tests of one of the customer's fields. Money is in major units. */
export function field<N extends FieldName>(name: N): TestsOf<N>;
export function field(name: string): AttributeTests {
  return testsOf(name);
}

/** Tests of an attribute, by its whole name (dots and all). */
export function attribute(name: string): AttributeTests {
  return testsOf(`attributes.${name}`);
}

/** Tests of the state of consent for a channel: `subscribed` or `withdrawn`. */
export function consent(channel: Channel): StringTests {
  return testsOf(`consent.${channel}`);
}

function testsOf(name: string): AttributeTests {
  const bare = (op: Operator) => (): FieldTest => ({ field: name, op });
  const valued =
    <V extends RuleValue>(op: Operator) =>
    (value: V): FieldTest => ({ field: name, op, value });
  const spanned =
    (op: Operator) =>
    (span: Duration): FieldTest => ({ field: name, op, value: span });
  return {
    exists: bare("exists"),
    notExists: bare("notExists"),
    eq: valued("eq"),
    ne: valued("ne"),
    in: valued("in"),
    notIn: valued("notIn"),
    contains: valued("contains"),
    notContains: valued("notContains"),
    startsWith: valued("startsWith"),
    endsWith: valued("endsWith"),
    gt: valued("gt"),
    gte: valued("gte"),
    lt: valued("lt"),
    lte: valued("lte"),
    between: (from: string | number, to: string | number) => ({ field: name, op: "between", value: [from, to] }),
    before: valued("before"),
    after: valued("after"),
    on: valued("on"),
    inLast: spanned("inLast"),
    notInLast: spanned("notInLast"),
    inNext: spanned("inNext"),
    olderThan: spanned("olderThan"),
    today: bare("today"),
    thisWeek: bare("thisWeek"),
    thisMonth: bare("thisMonth"),
    thisYear: bare("thisYear"),
    yesterday: bare("yesterday"),
    lastWeek: bare("lastWeek"),
    lastMonth: bare("lastMonth"),
    lastYear: bare("lastYear"),
    anniversaryWithin: spanned("anniversaryWithin"),
    includesAny: valued("includesAny"),
    includesAll: valued("includesAll"),
    includesNone: valued("includesNone"),
    isEmpty: bare("isEmpty"),
    isTrue: bare("isTrue"),
    isFalse: bare("isFalse"),
  };
}
