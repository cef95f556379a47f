import { readTimeText } from "./instant.js";

/** What an attribute can be declared to hold. An attribute that nobody declared holds any of these, each value as it comes. */
export const ATTRIBUTE_TYPES = ["string", "number", "boolean", "date", "array"] as const;
export type AttributeType = (typeof ATTRIBUTE_TYPES)[number];
/** Attributes that an embedder declares, by name. */
export type AttributeTypes = Readonly<Record<string, AttributeType>>;

const MAX_NAME = 200;

/** Whether an attribute can have this name. */
export function isAttributeName(name: string): boolean {
  const storable = name.isWellFormed() && !name.includes("\0") && name !== "__proto__";
  return storable && name.length > 0 && name.length <= MAX_NAME;
}

/** The type that an attribute was declared to have, if it was. */
export function declaredType(declared: AttributeTypes | undefined, name: string): AttributeType | undefined {
  return declared !== undefined && Object.hasOwn(declared, name) ? declared[name] : undefined;
}

/** What is wrong with a value of a declared type, as "must be …"; undefined if nothing is. Null clears, whatever the type. */
export function attributeFault(type: AttributeType, value: unknown): string | undefined {
  return value === null || isOfType(type, value) ? undefined : `must be ${WANTED[type]}: the attribute is declared so`;
}

const WANTED: Readonly<Record<AttributeType, string>> = {
  string: "a text",
  number: "a number",
  boolean: "true or false",
  date: "an ISO 8601 date or date-time",
  array: "an array of texts",
};

function isOfType(type: AttributeType, value: unknown): boolean {
  if (type === "array") return Array.isArray(value);
  return type === "date" ? typeof value === "string" && readTimeText(value) !== undefined : typeof value === type;
}
