import type { Condition, FieldRef } from "./condition.js";

/** The parts that must all be met: those of `all`, flattened. */
export function conjuncts(condition: Condition): readonly Condition[] {
  return condition.kind === "all" ? condition.of.flatMap(conjuncts) : [condition];
}

/** The fields that a condition reads, without those in `where` of a measure over orders. */
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

/** Whether a condition reads a field of some kind. */
export function readsAny(condition: Condition, isSuch: (field: FieldRef) => boolean): boolean {
  return fieldsIn(condition).some(isSuch);
}
