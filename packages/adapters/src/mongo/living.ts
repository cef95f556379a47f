import type { Condition } from "@crm-engine/core";
import type { Document } from "mongodb";
import { compileRule } from "./compile-rule.js";

/** Passes over what is left of erased customers. */
export const LIVING = { erased: { $exists: false } } as const satisfies Document;

/** The rule's filter; without a test of its own for the erased where the rule can't hold for them, so that an index may answer it. */
export function livingWho(condition: Condition): Document {
  return mayHoldForErased(condition) ? { $and: [LIVING, compileRule(condition)] } : compileRule(condition);
}

/** An erased customer has no field but the id, and no test holds for a field that is missing. */
function mayHoldForErased(condition: Condition): boolean {
  switch (condition.kind) {
    case "all":
      return condition.of.every(mayHoldForErased);
    case "any":
      return condition.of.some(mayHoldForErased);
    case "not":
      return true;
    default:
      return condition.field.of === "customer" && condition.field.name === "id";
  }
}
