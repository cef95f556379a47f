import type { Customer } from "../model/customer.js";
import type { FieldRef } from "./condition.js";

/** The value that a field has in a customer; undefined where it is missing (null is the same). Attributes are read by own key only. */
export function readField(field: FieldRef, customer: Customer): unknown {
  if (field.of === "consent") return customer.consent[field.channel].state;
  if (field.of === "customer") return customer[field.name] ?? undefined;
  return Object.hasOwn(customer.attributes, field.name) ? (customer.attributes[field.name] ?? undefined) : undefined;
}
