import type { Condition, FieldRef, MessagesRef, OrdersRef, Test } from "./condition.js";
import { foldCondition } from "./fold-condition.js";

/** A field that is a measure over a relation: a customer's orders or messages, of which it may have none. */
export type RelationRef = OrdersRef | MessagesRef;

export function isRelationRef(field: FieldRef): field is RelationRef {
  return field.of === "orders" || field.of === "messages";
}

/** The parts that must all hold, none of which is an `all` itself. */
export function conjuncts(condition: Condition): readonly Condition[] {
  return condition.kind === "all" ? condition.of.flatMap(conjuncts) : [condition];
}

/** The fields that a condition reads, in order, as often as it reads them; not those in the `where` of an order measure. */
export function fieldsIn(condition: Condition): readonly FieldRef[] {
  return testsIn(condition).map(({ field }) => field);
}

export function readsAny(condition: Condition, isWanted: (field: FieldRef) => boolean): boolean {
  return testsIn(condition).some(({ field }) => isWanted(field));
}

function testsIn(condition: Condition): readonly Test[] {
  return foldCondition<readonly Test[]>(condition, {
    all: (parts) => parts.flat(),
    any: (parts) => parts.flat(),
    not: (part) => part,
    test: (test) => [test],
  });
}
