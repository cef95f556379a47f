import { RECEIPT_STATUSES, type ReceiptStatus, statusesWith } from "./receipt.js";

/** A length of time in exactly one unit. Days and longer are calendar units in the rule's time zone. */
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
  /** A customer field, `attributes.NAME` (all after the first dot is the name) or `consent.CHANNEL`; in `where`, a field of the order or item. */
  readonly field: string;
  readonly op: Operator;
  readonly value?: RuleValue;
}

/** What is compared of a customer's orders: how many, the sum, average, least or greatest `amount`, the first or last `placedAt`. */
export const MEASURES = ["count", "sum", "avg", "min", "max", "first", "last"] as const;
export type Measure = (typeof MEASURES)[number];

/** One operator with its value; `true` for operators that take none: `{ "gte": 3 }`, `{ "thisMonth": true }`. */
export type Comparison = { readonly [O in Operator]?: RuleValue | true };

/**
 * Exactly one measure over the orders that were placed `within` a length of time before now and for which `where` holds: a rule
 * over the fields of the order and of one item. Refunds count only where `where` names `type`.
 */
export type OrdersQuery = { readonly where?: Rule; readonly within?: Duration } & { readonly [M in Measure]?: Comparison };
export interface OrdersTest {
  readonly orders: OrdersQuery;
}

/** Everyone in another segment, which is read in its own time zone and with the same `now`. */
export interface SegmentTest {
  readonly segment: string;
}

/** A stable share of everyone: the same people for the same seed (empty, if absent), whatever else is in the rule. */
export interface SampleTest {
  readonly sample: { readonly percent: number; readonly seed?: string | number };
}

/** `messaged`: a vendor took the message; the others are statuses of receipts by name. */
export type MessageEvent = "messaged" | Exclude<ReceiptStatus, "sent">;
export const MESSAGE_EVENTS: readonly MessageEvent[] = ["messaged", ...RECEIPT_STATUSES.filter((status) => status !== "sent")];

const MESSAGED = statusesWith("messaged");

/** The statuses that are evidence of an event, which happened at the earliest of their times. */
export function evidenceOf(event: MessageEvent): readonly ReceiptStatus[] {
  return event === "messaged" ? MESSAGED : [event];
}

/** How many messages, of one campaign or any, met an event within a length of time before now; at least one, if `count` is absent. */
export interface MessagesTest {
  readonly messages: {
    readonly event: MessageEvent;
    readonly campaign?: string;
    readonly within?: Duration;
    readonly count?: Comparison;
  };
}

/** A leaf of the rule tree. */
export type Leaf = FieldTest | OrdersTest | SegmentTest | SampleTest | MessagesTest;

/** A segment's rule: plain JSON. `all: []` is everyone, `any: []` is no one. */
export type Rule = { readonly all: readonly Rule[] } | { readonly any: readonly Rule[] } | { readonly not: Rule } | Leaf;
