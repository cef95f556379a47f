import { type Condition, SAMPLE_PLACES } from "@crm-engine/core/ports";
import { holdsOfNone } from "./compile-measure.js";
import type { OrderSpan } from "./compile-target.js";

/** Up to here, looking at those who are left one by one costs less than reading something of everyone. */
export const FEW = 1 / 4;
/** Orders crowd towards the present. */
const CROWDING = 2;
const OF_ONE_SKU = 1 / 20;

/** A guess at the share of all customers that an index leaves; 1 where none narrows it down. It decides how to look, never at what. */
export function audienceShare(condition: Condition, span: OrderSpan | undefined): number {
  if (condition.kind === "all") return Math.min(1, ...condition.of.map((part) => audienceShare(part, span)));
  if (!("field" in condition)) return 1;
  const { field } = condition;
  switch (field.of) {
    case "customer":
      return condition.kind === "textIn" && (field.name === "id" || field.name === "email") ? 0 : 1;
    case "sample":
      if (condition.kind !== "compare" || condition.how !== "lt" || field.factor !== 1 || field.offset !== 0) return 1;
      return condition.value / SAMPLE_PLACES;
    case "orders":
      return holdsOfNone(condition) ? 1 : orderShare(field.where, span);
    default:
      return 1;
  }
}

/** A guess at the share of all orders for which a condition holds. */
export function orderShare(where: Condition, span: OrderSpan | undefined): number {
  if (where.kind === "all") return Math.min(1, ...where.of.map((part) => orderShare(part, span)));
  if (where.kind === "textIn" && where.field.of === "item")
    return where.field.name === "sku" ? OF_ONE_SKU * where.values.length : 1;
  if (where.kind !== "within" || where.field.of !== "order" || !span) return 1;
  const { oldest, newest } = span;
  const covered = where.ranges.map(({ from = oldest, to = newest }) =>
    Math.max(0, Math.min(to, newest) - Math.max(from, oldest)),
  );
  return (CROWDING * covered.reduce((sum, length) => sum + length, 0)) / Math.max(1, newest - oldest);
}
