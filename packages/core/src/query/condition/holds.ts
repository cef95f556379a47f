import type { Condition } from "./condition.js";
import { evaluate } from "./evaluate.js";
import { readField } from "./field-value.js";
import type { Subject } from "./subject.js";

/**
 * Whether a customer meets a condition: the definition that every store's compiler must agree with. A missing value, or one
 * of another type, meets no test; it never throws because of data. A plain customer has no history.
 */
export function holds(condition: Condition, subject: Subject): boolean {
  return evaluate(condition, (field) => readField(field, subject));
}
