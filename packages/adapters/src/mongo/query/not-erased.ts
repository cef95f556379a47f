import type { Condition, FieldRef } from "@crm-engine/core/ports";
import type { Document } from "mongodb";

/**
 * Passes over what is left of erased customers. Not `$exists: false`, for which DocumentDB reads the whole index of the erased once
 * customers are many: seconds for each page of a million, instead of milliseconds.
 */
export const LIVING = livingBelow("");

/** What finds those who were erased: the few in an index. */
export const ERASED = { erased: true } as const satisfies Document;

/**
 * What passes over the erased in documents that lie below a prefix, where the rule may hold for them: elsewhere an index on what it
 * asks may answer alone.
 */
export function livingWhere(condition: Condition, prefix = ""): readonly Document[] {
  return mayHoldForErased(condition) ? [livingBelow(prefix)] : [];
}

function livingBelow(prefix: string): { readonly $nor: Document[] } {
  return { $nor: [{ [`${prefix}erased`]: { $exists: true } }] };
}

/**
 * An erased customer has no field but the id, and orders and messages that stayed. No test holds for a field that is missing, but one
 * of a computed place in a sample: of a hash that is missing it is null, which is below every number.
 */
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
  switch (field.of) {
    case "customer":
      return field.name === "id";
    case "sample":
      return field.factor !== 1 || field.offset !== 0;
    default:
      return field.of === "orders" || field.of === "messages";
  }
}
