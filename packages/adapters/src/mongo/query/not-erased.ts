import { type Condition, type FieldRef, foldCondition } from "@crm-engine/core/ports";
import type { Document } from "mongodb";

/**
 * Excludes tombstones. Not by `$exists: false`, for which DocumentDB reads the whole index of tombstones once customers are many:
 * seconds for each page of a million, instead of milliseconds.
 */
export const NOT_ERASED = notErasedBelow("");

/** Selects tombstones, by their sparse index. */
export const ERASED = { erased: true } as const satisfies Document;

/**
 * The filter that excludes tombstones among customers' documents below a prefix. Omitted where the condition can't match one, so
 * that an index on the condition's own fields suffices.
 */
export function notErasedWhere(
  { mayHoldForErased: isNeeded }: { readonly mayHoldForErased: boolean },
  prefix = "",
): readonly Document[] {
  return isNeeded ? [notErasedBelow(prefix)] : [];
}

function notErasedBelow(prefix: string): { readonly $nor: Document[] } {
  return { $nor: [{ [`${prefix}erased`]: { $exists: true } }] };
}

/**
 * Whether a condition may match a tombstone, which has no field but the id, and keeps its orders and messages. A test never holds
 * for a missing field, with two exceptions: consent of which nobody said anything may mean something, and the place in a shuffled sample is
 * computed from the hash, and from a missing hash it is null, which is below every number.
 */
export function mayHoldForErased(condition: Condition): boolean {
  return foldCondition<boolean>(condition, {
    all: (parts) => parts.every(Boolean),
    any: (parts) => parts.some(Boolean),
    not: () => true,
    test: ({ field }) => isThereForErased(field),
  });
}

function isThereForErased(field: FieldRef): boolean {
  switch (field.of) {
    case "customer":
      return field.name === "id";
    case "sample":
      return field.factor !== 1 || field.offset !== 0;
    case "orders":
    case "messages":
      return true;
    case "consent":
      return field.otherwise !== undefined;
    case "attribute":
    case "mark":
    case "order":
    case "item":
      return false;
  }
}
