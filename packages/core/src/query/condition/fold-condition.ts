import type { Condition, Test } from "./condition.js";

/** What becomes of each kind of node, given what became of its parts. */
export interface Fold<T> {
  all(parts: readonly T[]): T;
  any(parts: readonly T[]): T;
  not(part: T): T;
  test(test: Test): T;
}

/** Folds a condition from its tests upwards. Every node is visited exactly once. */
export function foldCondition<T>(condition: Condition, fold: Fold<T>): T {
  const foldPart = (part: Condition): T => foldCondition(part, fold);
  switch (condition.kind) {
    case "all":
      return fold.all(condition.of.map(foldPart));
    case "any":
      return fold.any(condition.of.map(foldPart));
    case "not":
      return fold.not(foldPart(condition.of));
    default:
      return fold.test(condition);
  }
}
