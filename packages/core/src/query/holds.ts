import type { Customer } from "../model/customer.js";
import { readTimeText, type TimeText } from "../model/instant.js";
import { type Condition, type FieldRef, foldText, type TimeRange, type ValueType } from "./condition.js";
import { readField } from "./read-field.js";

/**
 * Whether a customer meets a condition: the definition that every store's compiler must agree with. A missing value, or one
 * of another type, meets no test; it never throws because of data.
 */
export function holds(condition: Condition, customer: Customer): boolean {
  switch (condition.kind) {
    case "all":
      return condition.of.every((part) => holds(part, customer));
    case "any":
      return condition.of.some((part) => holds(part, customer));
    case "not":
      return !holds(condition.of, customer);
    default:
      return testHolds(condition, readField(condition.field, customer));
  }
}

type Test = Extract<Condition, { readonly field: FieldRef }>;

function testHolds(test: Test, value: unknown): boolean {
  switch (test.kind) {
    case "present":
      return value !== undefined;
    case "typed":
      return isOfType(test.type, test.field, value);
    case "textIn":
      return typeof value === "string" && test.values.includes(value);
    case "textLike":
      return typeof value === "string" && isLike(foldText(value), test.how, test.folded);
    case "compare":
      return typeof value === "number" && compares(value, test.how, test.value);
    case "numberIn":
      return typeof value === "number" && test.values.includes(value);
    case "is":
      return value === test.value;
    case "within": {
      const time = timeOf(test.field, value);
      return time !== undefined && test.ranges.some((range) => isWithin(time, range));
    }
    case "includes":
      return Array.isArray(value) && (test.how === "all" ? test.values.every(isIn(value)) : test.values.some(isIn(value)));
    case "empty":
      return Array.isArray(value) && value.length === 0;
  }
}

function isOfType(type: ValueType, field: FieldRef, value: unknown): boolean {
  switch (type) {
    case "text":
      return typeof value === "string";
    case "array":
      return Array.isArray(value);
    case "date":
      return timeOf(field, value) !== undefined;
    default:
      return typeof value === type;
  }
}

/** A customer's own dates are instants; an attribute's are ISO 8601 texts, and a number there is never a date. */
function timeOf(field: FieldRef, value: unknown): TimeText | undefined {
  if (field.of === "customer") return typeof value === "number" ? { instant: value } : undefined;
  return typeof value === "string" ? readTimeText(value) : undefined;
}

function isWithin(time: TimeText, range: TimeRange): boolean {
  if (time.instant !== undefined) return isBetween(time.instant, range.from, range.to);
  return time.wallClock !== undefined && isBetween(time.wallClock, range.fromWallClock, range.toWallClock);
}

function isBetween<T extends number | string>(value: T, from: T | undefined, to: T | undefined): boolean {
  return (from === undefined || value >= from) && (to === undefined || value < to);
}

function isLike(folded: string, how: "contains" | "starts" | "ends", wanted: string): boolean {
  if (how === "contains") return folded.includes(wanted);
  return how === "starts" ? folded.startsWith(wanted) : folded.endsWith(wanted);
}

function compares(value: number, how: "gt" | "gte" | "lt" | "lte", bound: number): boolean {
  switch (how) {
    case "gt":
      return value > bound;
    case "gte":
      return value >= bound;
    case "lt":
      return value < bound;
    case "lte":
      return value <= bound;
  }
}

function isIn(entries: readonly unknown[]): (wanted: string) => boolean {
  return (wanted) => entries.includes(wanted);
}
