import { ATTRIBUTE_TYPES, type AttributeTypes, declaredType, isAttributeName } from "../../model/attribute.js";
import { CHANNELS } from "../../model/channel.js";
import type { DefaultConsent } from "../../model/customer.js";
import type { CustomerFieldName, FieldRef, ItemFieldName, OrderFieldName, ValueType } from "../condition/condition.js";

/** What a field holds, for a rule. Money is written in major units. */
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

/** The fields of an order and of its items that `where` can name. */
export const ORDER_FIELDS = {
  id: "string",
  type: "string",
  status: "string",
  amount: "money",
  currency: "string",
  placedAt: "date",
  channel: "string",
} as const satisfies Record<OrderFieldName, FieldType>;
export const ITEM_FIELDS = {
  sku: "string",
  name: "string",
  category: "string",
  quantity: "number",
  price: "number",
} as const satisfies Record<ItemFieldName, FieldType>;

/** A field that a rule may name, and the types that its value may have. */
export interface Field {
  readonly ref: FieldRef;
  readonly types: readonly FieldType[];
}

/** The fields that a rule, or a part of one, can name. */
export interface Scope {
  /** What is said of a name that is none of them. */
  readonly fault: string;
  fieldNamed(name: string): Field | undefined;
}

/** What an engine's settings decide of fields. */
export interface ScopeOptions {
  /** Attributes that are declared; none. */
  readonly attributes?: AttributeTypes;
  /** What a record that says nothing of a channel means; subscribed. */
  readonly defaultConsent?: DefaultConsent;
}

/** `consent.CHANNEL`, for each channel. */
export const CONSENT_FIELDS = CHANNELS.map((channel) => `consent.${channel}` as const);

/** A customer's own fields, `consent.CHANNEL`, and `attributes.NAME`, where all after the first dot is the name. */
export function customerScope({ attributes = {}, defaultConsent = "subscribed" }: ScopeOptions = {}): Scope {
  const unsaid = defaultConsent === "none" ? {} : { otherwise: defaultConsent };
  return {
    fault: `must be a field: ${[...Object.keys(CUSTOMER_FIELDS), ...CONSENT_FIELDS].join(", ")}, or attributes.NAME`,
    fieldNamed: (name) => {
      if (hasName(CUSTOMER_FIELDS, name)) {
        const type = CUSTOMER_FIELDS[name];
        return { ref: { of: "customer", name, type: heldAs(type) }, types: [type] };
      }
      const channel = CHANNELS.find((candidate) => name === `consent.${candidate}`);
      if (channel) return { ref: { of: "consent", channel, ...unsaid }, types: ["string"] };
      const attribute = name.startsWith("attributes.") ? name.slice("attributes.".length) : "";
      if (!isAttributeName(attribute)) return undefined;
      return { ref: { of: "attribute", name: attribute }, types: attributeTypes(attribute, attributes) };
    },
  };
}

/** The order and the item at hand. */
export const ORDER_SCOPE: Scope = {
  fault: `must be a field of an order or its items: ${Object.keys({ ...ORDER_FIELDS, ...ITEM_FIELDS }).join(", ")}`,
  fieldNamed: (name) => {
    if (hasName(ORDER_FIELDS, name)) {
      const type = ORDER_FIELDS[name];
      return { ref: { of: "order", name, type: heldAs(type) }, types: [type] };
    }
    if (!hasName(ITEM_FIELDS, name)) return undefined;
    const type = ITEM_FIELDS[name];
    return { ref: { of: "item", name, type: heldAs(type) }, types: [type] };
  },
};

function attributeTypes(name: string, declared: AttributeTypes): readonly FieldType[] {
  const type = declaredType(declared, name);
  return type === undefined ? ATTRIBUTE_TYPES : [type];
}

/** How a value of this type is stored. */
function heldAs(type: FieldType): ValueType {
  if (type === "string") return "text";
  return type === "money" ? "number" : type;
}

function hasName<T extends object>(fields: T, name: string): name is Extract<keyof T, string> {
  return Object.hasOwn(fields, name);
}
