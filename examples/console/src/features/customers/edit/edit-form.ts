import type { Customer, CustomerInput } from "@crm-engine/core";

export interface AttributeRow {
  readonly name: string;
  readonly type: "text" | "number" | "yes/no" | "list";
  readonly value: string;
}

export interface EditValues {
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly timeZone: string;
  /** One a line. */
  readonly tags: string;
  readonly attributes: readonly AttributeRow[];
}

type AttributeValue = Customer["attributes"][string];

export function editValues({ name, email, phone, timeZone, tags, attributes }: Customer): EditValues {
  return {
    name: name ?? "",
    email: email ?? "",
    phone: phone ?? "",
    timeZone: timeZone ?? "",
    tags: tags.join("\n"),
    attributes: Object.entries(attributes).map(([attribute, value]) => ({ name: attribute, ...attributeRow(value) })),
  };
}

function attributeRow(value: AttributeValue): Omit<AttributeRow, "name"> {
  if (typeof value === "number") return { type: "number", value: String(value) };
  if (typeof value === "boolean") return { type: "yes/no", value: value ? "yes" : "no" };
  return Array.isArray(value) ? { type: "list", value: value.join("\n") } : { type: "text", value: String(value) };
}

/** Only what is not as it was: what others change meanwhile stays theirs. Undefined where nothing is. */
export function editedRow(before: EditValues, after: EditValues, id: string): CustomerInput | undefined {
  const fields = (["name", "email", "phone", "timeZone"] as const)
    .filter((field) => before[field] !== after[field].trim())
    .map((field) => [field, after[field].trim() === "" ? null : after[field].trim()] as const);
  const tags = lines(after.tags);
  const changes = {
    ...Object.fromEntries(fields),
    ...(sameText(tags, lines(before.tags)) ? {} : { tags }),
    ...editedAttributes(before.attributes, after.attributes),
  };
  return Object.keys(changes).length === 0 ? undefined : { id, ...changes };
}

function editedAttributes(before: EditValues["attributes"], after: EditValues["attributes"]): Pick<CustomerInput, "attributes"> {
  const named = new Map(after.map((row) => [row.name.trim(), row]));
  const gone = before.filter(({ name }) => !named.has(name)).map(({ name }) => [name, null] as const);
  const set = [...named]
    .filter(([name, row]) => !before.some((was) => was.name === name && was.type === row.type && was.value === row.value))
    .map(([name, row]) => [name, attributeValue(row)] as const);
  const all = [...gone, ...set];
  return all.length === 0 ? {} : { attributes: Object.fromEntries(all) };
}

function attributeValue({ type, value }: AttributeRow): AttributeValue {
  if (type === "number") return Number(value);
  if (type === "yes/no") return value === "yes";
  return type === "list" ? [...lines(value)] : value;
}

const lines = (text: string): readonly string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

const sameText = (one: readonly string[], other: readonly string[]): boolean => JSON.stringify(one) === JSON.stringify(other);
