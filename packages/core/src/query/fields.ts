import { CHANNELS } from "../model/customer.js";
import type { CustomerFieldName, FieldRef, ValueType } from "./condition.js";

/** What a field holds, as a rule sees it. Money is written in major units. */
export type FieldType = "string" | "number" | "money" | "boolean" | "date" | "array";

/** The fields of a customer that a rule can name. */
export const CUSTOMER_FIELDS = {
  id: "string",
  email: "string",
  phone: "string",
  name: "string",
  timeZone: "string",
  tags: "array",
  visitCount: "number",
  lastVisitAt: "date",
  createdAt: "date",
  updatedAt: "date",
  orderCount: "number",
  totalSpend: "money",
  firstOrderAt: "date",
  lastOrderAt: "date",
} as const satisfies Record<CustomerFieldName, FieldType>;

/** Nobody declares an attribute, so it may hold any of these. */
const ATTRIBUTE_TYPES: readonly FieldType[] = ["string", "number", "boolean", "date", "array"];
const MAX_ATTRIBUTE_NAME = 200;

/** A field that a rule may name, and the types that its value may have. */
export interface Field {
  readonly ref: FieldRef;
  readonly types: readonly FieldType[];
}

/** The field of this name: a customer's own, `consent.CHANNEL`, or `attributes.NAME`, where all after the first dot is the name. */
export function fieldNamed(name: string): Field | undefined {
  if (isCustomerField(name)) {
    const type = CUSTOMER_FIELDS[name];
    return { ref: { of: "customer", name, type: heldAs(type) }, types: [type] };
  }
  const channel = CHANNELS.find((candidate) => name === `consent.${candidate}`);
  if (channel) return { ref: { of: "consent", channel }, types: ["string"] };
  const attribute = name.startsWith("attributes.") ? name.slice("attributes.".length) : "";
  return isAttributeName(attribute) ? { ref: { of: "attribute", name: attribute }, types: ATTRIBUTE_TYPES } : undefined;
}

/** How a value of this type is held in a customer. */
function heldAs(type: FieldType): ValueType {
  if (type === "string") return "text";
  return type === "money" ? "number" : type;
}

function isCustomerField(name: string): name is CustomerFieldName {
  return Object.hasOwn(CUSTOMER_FIELDS, name);
}

function isAttributeName(name: string): boolean {
  const storable = name.isWellFormed() && !name.includes("\0") && name !== "__proto__";
  return storable && name.length > 0 && name.length <= MAX_ATTRIBUTE_NAME;
}
