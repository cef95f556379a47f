import type { AttributeTypes } from "../../model/attribute.js";
import type { Channel } from "../../model/channel.js";
import { recordOf } from "../../model/record-of.js";
import type { MessageEvent } from "../condition/message-event.js";
import type { Duration, ExactlyOne } from "./durations.js";
import type { CUSTOMER_FIELDS, FieldType, ITEM_FIELDS, ORDER_FIELDS } from "./fields.js";
import { MEASURE_NAMES, type MEASURES, type Measure } from "./measures.js";
import { OPERATOR_NAMES, type Operator, type Operators, type OperatorsOf, type RuleValue, type ValueOf } from "./operators.js";
import type { FieldTest, MessagesTest, OrdersTest, Rule, SampleTest, SegmentTest } from "./rule.js";

/** What the method of an operator takes, given the type of the operator's value: nothing, the value, or the two ends of a pair. */
type Arguments<V> = [V] extends [undefined] ? [] : [V] extends [Pair] ? EndsOf<V> : [value: V];
type Pair = readonly [unknown, unknown];
type EndsOf<V> = V extends readonly [infer From, infer To] ? [from: From, to: To] : never;

/** By type, a method for every operator on it. */
type TestsByType<R> = {
  readonly [T in FieldType]: { readonly [O in keyof Operators[T]]: (...given: Arguments<ValueOf<T, O>>) => R };
};
type Tests<T extends FieldType, R = FieldTest> = TestsByType<R>[T];

/** A method for every operator there is: where several types have it, the value says what is meant. */
type TestsOfAnyType<R> = {
  readonly [O in Operator]: (
    ...given: Arguments<{ [T in FieldType]: O extends OperatorsOf<T> ? ValueOf<T, O> : never }[FieldType]>
  ) => R;
};

/** Tests of a measure: one that is never missing has no exists and notExists. */
type TestsOfMeasure<M extends Measure> = (typeof MEASURES)[M]["optional"] extends true
  ? Tests<(typeof MEASURES)[M]["type"], OrdersTest>
  : Omit<Tests<(typeof MEASURES)[M]["type"], OrdersTest>, "exists" | "notExists">;

/** An attribute that nobody declared takes every operator. */
export type AttributeTests = TestsOfAnyType<FieldTest>;

/** Measures of a customer's orders. Amounts are in major units; `count` and `sum` over no order are 0, the others missing. */
export type OrderMeasures = { readonly [M in Measure]: TestsOfMeasure<M> };

/** One comparison of a count: `{ gte: 2 }`, `{ between: [1, 3] }`. */
export type CountComparison = ExactlyOne<{
  readonly [O in Exclude<OperatorsOf<"number">, "exists" | "notExists">]: ValueOf<"number", O>;
}>;

type FieldName = keyof typeof CUSTOMER_FIELDS;
type OrderFields = typeof ORDER_FIELDS & typeof ITEM_FIELDS;

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
export function field<N extends FieldName>(name: N): Tests<(typeof CUSTOMER_FIELDS)[N]>;
export function field(name: string): AttributeTests {
  return testsOf(testing(name));
}

/** Tests of a field of an order, or of one of its items, for `where` of `orders`. `amount` is money in major units. */
export function orderField<N extends keyof OrderFields>(name: N): Tests<OrderFields[N]>;
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
): <N extends string>(name: N) => N extends keyof D ? Tests<D[N]> : AttributeTests;
export function attributesOf(): (name: string) => AttributeTests {
  return attribute;
}

/** Tests of the state of consent for a channel: `subscribed` or `withdrawn`. */
export function consent(channel: Channel): Tests<"string"> {
  return testsOf(testing(`consent.${channel}`));
}

/**
 * Measures of the customer's purchases (refunds only where `where` names `type`, cancelled ones only where it names `status`): those
 * placed `within` a length of time before now for which `where` holds.
 */
export function orders(query: { readonly where?: Rule; readonly within?: Duration } = {}): OrderMeasures {
  return recordOf(MEASURE_NAMES, (measure) =>
    testsOf((op, value) => ({ orders: { ...query, [measure]: { [op]: value ?? true } } })),
  );
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
  query: { readonly campaign?: string; readonly within?: Duration; readonly count?: CountComparison } = {},
): MessagesTest {
  return { messages: { event, ...query } };
}

/** Makes a test of an operator and its value, if it takes one. */
type Make<R> = (op: Operator, value?: RuleValue) => R;

function testing(field: string): Make<FieldTest> {
  return (op, value) => ({ field, op, ...(value === undefined ? {} : { value }) });
}

/** What a method was given: nothing, a value, or the two ends of a pair. */
type Given =
  | readonly []
  | readonly [value: RuleValue]
  | readonly [from: string, to: string]
  | readonly [from: number, to: number];

function testsOf<R>(make: Make<R>): TestsOfAnyType<R> {
  return recordOf(
    OPERATOR_NAMES,
    (op) =>
      (...given: Given) =>
        make(op, given.length === 2 ? given : given[0]),
  );
}
