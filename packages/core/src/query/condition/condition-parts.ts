import type { Condition, FieldRef } from "./condition.js";

/** What must all be met. */
export function conjuncts(condition: Condition): readonly Condition[] {
  return condition.kind === "all" ? condition.of.flatMap(conjuncts) : [condition];
}

/** The fields that a condition reads, those within an order measure's `where` not among them. */
export function fieldsIn(condition: Condition): readonly FieldRef[] {
  switch (condition.kind) {
    case "all":
    case "any":
      return condition.of.flatMap(fieldsIn);
    case "not":
      return fieldsIn(condition.of);
    default:
      return [condition.field];
  }
}

export function readsAny(condition: Condition, isSuch: (field: FieldRef) => boolean): boolean {
  return fieldsIn(condition).some(isSuch);
}
