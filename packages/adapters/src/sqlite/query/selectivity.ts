import { type Condition, conjuncts, holdsWithoutRows, narrowing, type Test } from "@crm-engine/core/ports";
import type { OrderSpan } from "./compile-target.js";

/** Up to this selectivity, correlated subqueries for the customers who are left cost less than reading a set for everyone. */
export const SELECTIVE = 1 / 4;
/** Recent times have more orders than others. */
const CROWDING = 2;
const OF_ONE_SKU = 1 / 20;

/** The estimated share of all customers that an index leaves; 1 where none helps. It affects the plan only, never the result. */
export function customerSelectivity(condition: Condition, span: OrderSpan | undefined): number {
  return leastOf(condition, (test) => {
    if (test.field.of === "orders") return holdsWithoutRows(test) ? 1 : orderSelectivity(test.field.where, span);
    const narrowed = narrowing(test);
    if (narrowed?.by === "slice") return narrowed.share;
    return narrowed?.by === "values" && narrowed.of === "customer" ? 0 : 1;
  });
}

/** The estimated share of all orders for which a condition holds. */
export function orderSelectivity(where: Condition, span: OrderSpan | undefined): number {
  return leastOf(where, (test) => {
    const narrowed = narrowing(test);
    if (narrowed?.by === "values") return narrowed.name === "sku" ? OF_ONE_SKU * narrowed.values : 1;
    if (narrowed?.by !== "time" || !span) return 1;
    const { oldest, newest } = span;
    const covered = narrowed.ranges.map(({ from = oldest, to = newest }) =>
      Math.max(0, Math.min(to, newest) - Math.max(from, oldest)),
    );
    return (CROWDING * covered.reduce((sum, length) => sum + length, 0)) / Math.max(1, newest - oldest);
  });
}

function leastOf(condition: Condition, selectivityOf: (test: Test) => number): number {
  return conjuncts(condition).reduce((least, part) => ("field" in part ? Math.min(least, selectivityOf(part)) : least), 1);
}
