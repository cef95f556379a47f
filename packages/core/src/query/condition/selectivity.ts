import { SAMPLE_PLACES, type Test, type TimeRange } from "./condition.js";

/**
 * How an index can narrow rows down by a test that they must pass. Stores make their own estimates of it, as far as they have the
 * index and statistics; an estimate affects the plan only, never the result.
 */
export type Narrowing =
  /** To rows with one of some values that few rows have: ids, e-mail addresses, or texts of an order's items. */
  | { readonly by: "values"; readonly of: "customer" | "order" | "item"; readonly name: string; readonly values: number }
  /** To the orders placed in some ranges of time. */
  | { readonly by: "time"; readonly ranges: readonly TimeRange[] }
  /** To a slice of all customers, by the hash that samples are drawn with; `share` is at most so much of all. */
  | { readonly by: "slice"; readonly share: number };

/** Undefined where no index helps. */
export function narrowing(test: Test): Narrowing | undefined {
  const { field } = test;
  switch (field.of) {
    case "customer":
    case "order":
    case "item":
      if (test.kind === "textIn" && hasManyValues(field)) {
        return { by: "values", of: field.of, name: field.name, values: test.values.length };
      }
      return test.kind === "within" && field.name === "placedAt" ? { by: "time", ranges: test.ranges } : undefined;
    case "sample":
      // Only of a sample that isn't shuffled is a place the hash itself.
      if (test.kind !== "compare" || field.factor !== 1 || field.offset !== 0) return undefined;
      return { by: "slice", share: test.how === "lt" ? test.value / SAMPLE_PLACES : 1 };
    default:
      return undefined;
  }
}

function hasManyValues({ of, name }: { readonly of: "customer" | "order" | "item"; readonly name: string }): boolean {
  return of === "item" || name === "id" || (of === "customer" && name === "email");
}
