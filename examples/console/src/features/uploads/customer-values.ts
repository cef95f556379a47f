import { RemoteError } from "@crm-engine/client";
import type { CustomerInput } from "@crm-engine/core";

export interface CustomerValues {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly tags: string;
  readonly timeZone: string;
  readonly consentEmail: Said;
  readonly consentSms: Said;
  readonly consentAt: string;
  readonly attributes: readonly AttributeValues[];
}
type Said = "" | "subscribed" | "withdrawn";
interface AttributeValues {
  readonly name: string;
  readonly type: "text" | "number" | "boolean" | "list";
  readonly value: string;
}

export const EMPTY_CUSTOMER: CustomerValues = {
  id: "",
  name: "",
  email: "",
  phone: "",
  tags: "",
  timeZone: "",
  consentEmail: "",
  consentSms: "",
  consentAt: "",
  attributes: [],
};

const TEXTS = ["id", "name", "email", "phone", "timeZone"] as const;

/** What is empty is not said, and stays as it is. */
export function customerOf(values: CustomerValues): CustomerInput {
  const texts = TEXTS.flatMap((name) => (values[name].trim() === "" ? [] : [[name, values[name].trim()]]));
  const tags = listOf(values.tags);
  const attributes = values.attributes
    .filter(({ name }) => name.trim() !== "")
    .map((one) => [one.name.trim(), attributeValue(one)]);
  const at = values.consentAt === "" ? undefined : new Date(values.consentAt).toISOString();
  const said = (
    [
      ["email", values.consentEmail],
      ["sms", values.consentSms],
    ] as const
  ).flatMap(([channel, state]) => (state === "" ? [] : [[channel, { state, ...(at === undefined ? {} : { at }) }]]));
  return {
    ...Object.fromEntries(texts),
    ...(tags.length > 0 ? { tags } : {}),
    ...(attributes.length > 0 ? { attributes: Object.fromEntries(attributes) } : {}),
    ...(said.length > 0 ? { consent: Object.fromEntries(said) } : {}),
  };
}

/** The engine's issues, by the form's field; consent's stand at the channel, an attribute's at its name. */
export function issuesByField(error: unknown, sent: CustomerInput | undefined): ReadonlyMap<string, string> {
  if (!(error instanceof RemoteError) || sent === undefined) return new Map();
  return new Map(error.issues.map(({ path, message }) => [fieldOf(path), message]));
}

function fieldOf(path: string): string {
  if (path.endsWith(".at")) return "consent.at";
  if (path.startsWith("consent.")) return path.split(".").slice(0, 2).join(".");
  return path.startsWith("tags") ? "tags" : path;
}

function attributeValue({ type, value }: AttributeValues): string | number | boolean | readonly string[] {
  if (type === "list") return listOf(value);
  if (type === "boolean") return ["yes", "true", "1"].includes(value.trim().toLowerCase());
  // What is no number is sent as it is: the engine says what is wrong with it.
  return type === "number" && value.trim() !== "" && Number.isFinite(Number(value)) ? Number(value) : value;
}

const listOf = (text: string): readonly string[] =>
  text.split(",").flatMap((entry) => (entry.trim() === "" ? [] : [entry.trim()]));
