import { type AttributeValue, readTimeText, type StoredCustomer } from "@crm-engine/core/ports";
import type { Row, SqlValue } from "../database/driver.js";
import { folded, optionalNumber, optionalText, parseJson, withFolded } from "./columns.js";

/** Columns that an upsert writes; totals are written with orders. */
export const FIELD_COLUMNS = [
  "id_folded",
  "email",
  "email_folded",
  "phone",
  "phone_folded",
  "name",
  "name_folded",
  "time_zone",
  "time_zone_folded",
  "tags",
  "visit_count",
  "last_visit_at",
  "consent_email",
  "consent_sms",
  "created_at",
  "updated_at",
  "stamp",
  "consent",
  "cleared",
  "attributes",
] as const;

/** Columns that `customerOf` reads. */
export const CUSTOMER_COLUMNS =
  "id, email, phone, name, time_zone, tags, visit_count, last_visit_at, created_at, updated_at, order_count, total_spend, first_order_at, last_order_at, stamp, consent, cleared, attributes";

const ATTRIBUTE_KINDS = { string: "text", number: "number", boolean: "boolean" } as const;

export function customerOf(row: Row): StoredCustomer {
  return {
    id: String(row.id),
    ...optionalText("email", row.email),
    ...optionalText("phone", row.phone),
    ...optionalText("name", row.name),
    ...optionalText("timeZone", row.time_zone),
    tags: parseJson<readonly string[]>(row.tags),
    attributes: parseJson<StoredCustomer["attributes"]>(row.attributes),
    visitCount: Number(row.visit_count),
    ...optionalNumber("lastVisitAt", row.last_visit_at),
    consent: parseJson<StoredCustomer["consent"]>(row.consent),
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
    orderCount: Number(row.order_count),
    totalSpend: Number(row.total_spend),
    ...optionalNumber("firstOrderAt", row.first_order_at),
    ...optionalNumber("lastOrderAt", row.last_order_at),
    stamp: Number(row.stamp),
    cleared: parseJson<readonly string[]>(row.cleared),
  };
}

/** The values of `FIELD_COLUMNS`. */
export function fieldValues(customer: StoredCustomer): readonly SqlValue[] {
  const { id, email, phone, name, timeZone, consent } = customer;
  return [
    folded(id),
    ...withFolded(email),
    ...withFolded(phone),
    ...withFolded(name),
    ...withFolded(timeZone),
    JSON.stringify(customer.tags),
    customer.visitCount,
    customer.lastVisitAt ?? null,
    consent.email.state,
    consent.sms.state,
    customer.createdAt,
    customer.updatedAt,
    customer.stamp,
    JSON.stringify(consent),
    JSON.stringify(customer.cleared),
    JSON.stringify(customer.attributes),
  ];
}

/** `kind, text, folded, number, instant, wall_clock` of an attribute. */
export function attributeValues(value: AttributeValue): readonly SqlValue[] {
  if (typeof value === "object") return ["array", JSON.stringify(value), null, null, null, null];
  const kind = ATTRIBUTE_KINDS[typeof value as keyof typeof ATTRIBUTE_KINDS];
  if (typeof value !== "string") return [kind, null, null, Number(value), null, null];
  const time = readTimeText(value);
  return [kind, value, folded(value), null, time?.instant ?? null, time?.wallClock ?? null];
}
