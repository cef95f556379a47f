import { readTimeText, type TimeText } from "../../model/instant.js";
import {
  type Condition,
  type FieldRef,
  foldText,
  type Test,
  type TimeRange,
  type ValueType,
  type YearlyDays,
} from "./condition.js";

/** Whether a condition is met by what `read` finds in its fields. A missing value (undefined), or one of another type, meets no test. */
export function evaluate(condition: Condition, read: (field: FieldRef) => unknown): boolean {
  switch (condition.kind) {
    case "all":
      return condition.of.every((part) => evaluate(part, read));
    case "any":
      return condition.of.some((part) => evaluate(part, read));
    case "not":
      return !evaluate(condition.of, read);
    default:
      return testHolds(condition, read(condition.field));
  }
}

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
      if (time?.wallClock !== undefined && test.yearly) return isOnDays(time.wallClock, test.yearly);
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
    case "number":
    case "boolean":
      return typeof value === type;
  }
}

/** An attribute's dates are ISO 8601 texts, and a number there is never a date; all other dates are instants. */
function timeOf(field: FieldRef, value: unknown): TimeText | undefined {
  if (field.of !== "attribute") return typeof value === "number" ? { instant: value } : undefined;
  return typeof value === "string" ? readTimeText(value) : undefined;
}

function isWithin(time: TimeText, range: TimeRange): boolean {
  if (time.instant !== undefined) return isBetween(time.instant, range.from, range.to);
  return time.wallClock !== undefined && isBetween(time.wallClock, range.fromWallClock, range.toWallClock);
}

function isOnDays(wallClock: string, { runs, before }: YearlyDays): boolean {
  const day = wallClock.slice(5, 10);
  return wallClock < before && runs.some(({ first, last }) => day >= first && day <= last);
}

function isBetween<T extends number | string>(value: T, from: T | undefined, to: T | undefined): boolean {
  return (from === undefined || value >= from) && (to === undefined || value < to);
}

function isLike(folded: string, how: "contains" | "starts" | "ends", wanted: string): boolean {
  switch (how) {
    case "contains":
      return folded.includes(wanted);
    case "starts":
      return folded.startsWith(wanted);
    case "ends":
      return folded.endsWith(wanted);
  }
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
