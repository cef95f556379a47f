import type { Condition, FieldRef } from "@crm-engine/core";
import type { Document } from "mongodb";

/** Passes over what is left of erased customers. */
export const LIVING = { erased: { $exists: false } } as const satisfies Document;

/** What finds those who were erased: the few in an index. */
export const ERASED = { erased: true } as const satisfies Document;

/** What passes over the erased, where the rule may hold for them: elsewhere an index on what it asks may answer alone. */
export function livingWhere(condition: Condition): readonly Document[] {
  return mayHoldForErased(condition) ? [LIVING] : [];
}

/** An erased customer has no field but the id, and orders and messages that stayed; no test holds for a field that is missing. */
export function mayHoldForErased(condition: Condition): boolean {
  switch (condition.kind) {
    case "all":
      return condition.of.every(mayHoldForErased);
    case "any":
      return condition.of.some(mayHoldForErased);
    case "not":
      return true;
    default:
      return isThereForErased(condition.field);
  }
}

function isThereForErased(field: FieldRef): boolean {
  return field.of === "customer" ? field.name === "id" : field.of === "orders" || field.of === "messages";
}
