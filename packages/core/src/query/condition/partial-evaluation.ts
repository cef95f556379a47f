import { bareCustomer } from "../../model/customer.js";
import type { Condition, FieldRef, Test } from "./condition.js";
import { holds } from "./holds.js";

/** A customer without orders and messages. */
const NO_HISTORY = bareCustomer("", 0);

/**
 * The verdict on customers who have no row in a history (their orders, or their messages): partial evaluation, knowing only that.
 * Undefined where the verdict depends on something else.
 */
export function withoutRows(condition: Condition, isOfHistory: (field: FieldRef) => boolean): boolean | undefined {
  switch (condition.kind) {
    case "all":
    case "any": {
      const verdicts = condition.of.map((part) => withoutRows(part, isOfHistory));
      const decisive = condition.kind === "any";
      if (verdicts.includes(decisive)) return decisive;
      return verdicts.includes(undefined) ? undefined : !decisive;
    }
    case "not": {
      const verdict = withoutRows(condition.of, isOfHistory);
      return verdict === undefined ? undefined : !verdict;
    }
    default:
      return isOfHistory(condition.field) ? holds(condition, NO_HISTORY) : undefined;
  }
}

/**
 * The condition for customers who have at least one row in a history: partial evaluation, knowing only that. A part which that alone
 * decides, such as "at least one order", becomes everyone or no one.
 */
export function withRows(condition: Condition, isOfHistory: (field: FieldRef) => boolean): Condition {
  switch (condition.kind) {
    case "all":
    case "any": {
      const { kind } = condition;
      const [decisive, neutral] = kind === "any" ? [EVERYONE, NO_PERSON] : [NO_PERSON, EVERYONE];
      const of = condition.of.map((part) => withRows(part, isOfHistory)).filter((part) => part !== neutral);
      return of.includes(decisive) ? decisive : of.length === 0 ? neutral : { kind, of };
    }
    case "not": {
      const of = withRows(condition.of, isOfHistory);
      return of === EVERYONE ? NO_PERSON : of === NO_PERSON ? EVERYONE : { kind: "not", of };
    }
    default:
      return isOfHistory(condition.field) && isCount(condition.field) ? ofOneOrMore(condition) : condition;
  }
}

const EVERYONE: Condition = { kind: "all", of: [] };
const NO_PERSON: Condition = { kind: "any", of: [] };

function isCount(field: FieldRef): boolean {
  return field.of === "messages" || (field.of === "orders" && field.measure === "count");
}

function ofOneOrMore(test: Test): Condition {
  if (test.kind === "numberIn") return test.values.some((value) => value >= 1) ? test : NO_PERSON;
  if (test.kind !== "compare") return test;
  const { how, value } = test;
  if (how === "gte" ? value <= 1 : how === "gt" && value < 1) return EVERYONE;
  return (how === "lt" ? value <= 1 : how === "lte" && value < 1) ? NO_PERSON : test;
}
