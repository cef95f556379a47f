import type { AttributeTypes } from "../../model/attribute.js";
import type { Channel } from "../../model/channel.js";
import type {
  Comparison,
  Duration,
  DurationUnit,
  FieldTest,
  Measure,
  MessageEvent,
  MessagesTest,
  Operator,
  OrdersTest,
  Rule,
  RuleValue,
  SampleTest,
  SegmentTest,
} from "../../model/rule.js";
import type { CUSTOMER_FIELDS, FieldType, ITEM_FIELDS, ORDER_FIELDS } from "./fields.js";

/** Exactly one unit: `{ days: 30 }`. */
export type Span = {
  readonly [U in DurationUnit]: { readonly [V in U]: number } & { readonly [V in Exclude<DurationUnit, U>]?: never };
}[DurationUnit];

interface PresenceTests<R = FieldTest> {
  exists(): R;
  notExists(): R;
}

export interface StringTests<R = FieldTest> extends PresenceTests<R> {
  eq(value: string): R;
  ne(value: string): R;
  in(values: readonly string[]): R;
  notIn(values: readonly string[]): R;
  contains(value: string): R;
  notContains(value: string): R;
  startsWith(value: string): R;
  endsWith(value: string): R;
}

/** Comparisons of a number that is always there. */
interface NumberComparisons<R = FieldTest> {
  eq(value: number): R;
  ne(value: number): R;
  in(values: readonly number[]): R;
  notIn(values: readonly number[]): R;
  gt(value: number): R;
  gte(value: number): R;
  lt(value: number): R;
  lte(value: number): R;
  /** Both ends included. */
  between(from: number, to: number): R;
}

export interface NumberTests<R = FieldTest> extends NumberComparisons<R>, PresenceTests<R> {}

/** Dates are ISO 8601 text: a date, a date-time, or a date-time with an offset. */
export interface DateTests<R = FieldTest> extends PresenceTests<R> {
  before(time: string): R;
  after(time: string): R;
  /** The second end is not included. */
  between(from: string, to: string): R;
  on(date: string): R;
  inLast(span: Span): R;
  notInLast(span: Span): R;
  inNext(span: Span): R;
  olderThan(span: Span): R;
  today(): R;
  thisWeek(): R;
  thisMonth(): R;
  thisYear(): R;
  yesterday(): R;
  lastWeek(): R;
  lastMonth(): R;
  lastYear(): R;
  anniversaryWithin(span: { readonly days: number }): R;
}

export interface ArrayTests<R = FieldTest> extends PresenceTests<R> {
  includesAny(values: readonly string[]): R;
  includesAll(values: readonly string[]): R;
  includesNone(values: readonly string[]): R;
  isEmpty(): R;
}

interface BooleanTests<R = FieldTest> extends PresenceTests<R> {
  isTrue(): R;
  isFalse(): R;
}

/** Every operator of every type, each of which says what the value is read as. */
interface AllTests<R> extends StringTests<R>, NumberTests<R>, BooleanTests<R>, DateTests<R>, ArrayTests<R> {
  eq(value: string | number): R;
  ne(value: string | number): R;
  in(values: readonly string[] | readonly number[]): R;
  notIn(values: readonly string[] | readonly number[]): R;
  between(from: number, to: number): R;
  between(from: string, to: string): R;
}

/** An attribute that nobody declared takes every operator. */
export type AttributeTests = AllTests<FieldTest>;

interface TestsByType {
  readonly string: StringTests;
  readonly number: NumberTests;
  readonly money: NumberTests;
  readonly boolean: BooleanTests;
  readonly date: DateTests;
  readonly array: ArrayTests;
}

type FieldName = keyof typeof CUSTOMER_FIELDS;
type OrderFields = typeof ORDER_FIELDS & typeof ITEM_FIELDS;
type TestsOf<T> = T extends FieldType ? TestsByType[T] : never;

/** Figures over a customer's orders. Amounts are in major units; `count` and `sum` over no order are 0, the others missing. */
export interface OrderFigures {
  readonly count: NumberComparisons<OrdersTest>;
  readonly sum: NumberComparisons<OrdersTest>;
  readonly avg: NumberTests<OrdersTest>;
  readonly min: NumberTests<OrdersTest>;
  readonly max: NumberTests<OrdersTest>;
  /** `placedAt` of the first and the last. */
  readonly first: DateTests<OrdersTest>;
  readonly last: DateTests<OrdersTest>;
}

/** One comparison of a count: `{ gte: 2 }`, `{ between: [1, 3] }`. */
export type CountComparison = {
  readonly [O in keyof CountOperands]: { readonly [P in O]: CountOperands[P] } & {
    readonly [P in Exclude<keyof CountOperands, O>]?: never;
  };
}[keyof CountOperands];

interface CountOperands {
  readonly eq: number;
  readonly ne: number;
  readonly gt: number;
  readonly gte: number;
  readonly lt: number;
  readonly lte: number;
  readonly between: readonly [number, number];
  readonly in: readonly number[];
  readonly notIn: readonly number[];
}

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
export function field<N extends FieldName>(name: N): TestsOf<(typeof CUSTOMER_FIELDS)[N]>;
export function field(name: string): AttributeTests {
  return testsOf(testing(name));
}

/** Tests of a field of an order, or of one of its items, for `where` of `orders`. `amount` is money in major units. */
export function orderField<N extends keyof OrderFields>(name: N): TestsOf<OrderFields[N]>;
export function orderField(name: string): AttributeTests {
  return testsOf(testing(name));
}

/** Tests of an attribute, by its whole name (dots and all). */
export function attribute(name: string): AttributeTests {
  return testsOf(testing(`attributes.${name}`));
}

/** `attribute` for an engine with these declared attributes: each takes the operators of its type only. */
export function attributesOf<const D extends AttributeTypes>(
  _declared: D,
): <N extends string>(name: N) => N extends keyof D ? TestsOf<D[N]> : AttributeTests;
export function attributesOf(): (name: string) => AttributeTests {
  return attribute;
}

/** Tests of the state of consent for a channel: `subscribed` or `withdrawn`. */
export function consent(channel: Channel): StringTests {
  return testsOf(testing(`consent.${channel}`));
}

/**
 * Figures over the customer's purchases (refunds only where `where` names `type`): those placed `within` a length of time before
 * now for which `where` holds.
 */
export function orders(query: { readonly where?: Rule; readonly within?: Span } = {}): OrderFigures {
  const measure = (measure: Measure): AllTests<OrdersTest> =>
    testsOf((op, value) => ({ orders: { ...query, [measure]: { [op]: value ?? true } satisfies Comparison } }));
  return {
    count: measure("count"),
    sum: measure("sum"),
    avg: measure("avg"),
    min: measure("min"),
    max: measure("max"),
    first: measure("first"),
    last: measure("last"),
  };
}

/** Everyone in another segment. */
export function segment(id: string): SegmentTest {
  return { segment: id };
}

/** A stable share of everyone, in percent with at most 2 decimals: the same people for the same seed. */
export function sample(percent: number, seed?: string | number): SampleTest {
  return { sample: { percent, ...(seed === undefined ? {} : { seed }) } };
}

/** Everyone with messages that met an event, of one campaign or any, `within` a length of time before now: one at least, or as `count` says. */
export function messages(
  event: MessageEvent,
  query: { readonly campaign?: string; readonly within?: Span; readonly count?: CountComparison } = {},
): MessagesTest {
  return { messages: { event, ...query } };
}

/** Makes a test of an operator and its value, if it takes one. */
type Make<R> = (op: Operator, value?: RuleValue) => R;

function testing(field: string): Make<FieldTest> {
  return (op, value) => ({ field, op, ...(value === undefined ? {} : { value }) });
}

function testsOf<R>(make: Make<R>): AllTests<R> {
  const bare = (op: Operator) => (): R => make(op);
  const valued =
    <V extends RuleValue>(op: Operator) =>
    (value: V): R =>
      make(op, value);
  const spanned =
    (op: Operator) =>
    (span: Duration): R =>
      make(op, span);
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
    between: (from: string | number, to: string | number) => make("between", [from, to]),
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
