import {
  ADDRESS_FIELDS,
  type AttributeValue,
  CHANNELS,
  type OrderTotals,
  readTimeText,
  type StoredCustomer,
} from "@crm-engine/core/ports";
import type { Row, SqlValue } from "../database/driver.js";
import {
  folded,
  hashColumn,
  markColumns,
  optionalNumber,
  optionalText,
  parseJson,
  STAMP_COLUMNS,
  snakeCase,
  stampsOf,
  stampValues,
  withFolded,
} from "./columns.js";

/** Fields that are text, each with its column; a second column holds the folded text. */
const TEXTS = ([...ADDRESS_FIELDS, "name", "timeZone"] as const).map((field) => ({ field, column: snakeCase(field) }));

/** The columns of consent. */
export const CONSENT_COLUMNS = ["consent", ...CHANNELS.map((channel) => `consent_${channel}`)];

export function consentIn({ consent }: Row): StoredCustomer["consent"] {
  return parseJson(consent);
}

/** The values of `CONSENT_COLUMNS`. */
export function consentValues(consent: StoredCustomer["consent"]): readonly SqlValue[] {
  return [JSON.stringify(consent), ...CHANNELS.map((channel) => consent[channel]?.state ?? null)];
}

const HASH_COLUMNS = ADDRESS_FIELDS.map(hashColumn);
const MARK_COLUMNS = CHANNELS.flatMap((channel) => [markColumns(channel).refusal, markColumns(channel).version]);

function hashesIn(row: Row): StoredCustomer["addressHashes"] {
  return Object.assign({}, ...ADDRESS_FIELDS.map((field) => optionalText(field, row[hashColumn(field)])));
}

function marksIn(row: Row): StoredCustomer["marks"] {
  const marked = CHANNELS.flatMap((channel) => {
    const { refusal, version } = markColumns(channel);
    return typeof row[version] === "number"
      ? [[channel, { version: row[version], ...optionalText("refusal", row[refusal]) }]]
      : [];
  });
  return Object.fromEntries(marked);
}

/** Columns that an upsert writes; totals are written with orders. */
export const FIELD_COLUMNS = [
  "id_folded",
  ...TEXTS.flatMap(({ column }) => [column, `${column}_folded`]),
  ...["tags", "visit_count", "last_visit_at", "created_at", "updated_at", ...STAMP_COLUMNS, "cleared", "attributes"],
  ...CONSENT_COLUMNS,
  ...HASH_COLUMNS,
  ...MARK_COLUMNS,
];

/** Columns that `customerOf` reads. */
export const CUSTOMER_COLUMNS = [
  "id",
  ...TEXTS.map(({ column }) => column),
  "tags, visit_count, last_visit_at, created_at, updated_at, order_count, total_spend, first_order_at, last_order_at",
  ...STAMP_COLUMNS,
  "consent, cleared, attributes",
  ...HASH_COLUMNS,
  ...MARK_COLUMNS,
].join(", ");

type Texts = Pick<StoredCustomer, (typeof TEXTS)[number]["field"]>;

const ATTRIBUTE_KINDS = { string: "text", number: "number", boolean: "boolean" } as const;

/** What a row says of a customer's orders, or of a block of them. */
export function totalsOf(row: Row): OrderTotals {
  return {
    orderCount: Number(row.order_count),
    totalSpend: Number(row.total_spend),
    ...optionalNumber("firstOrderAt", row.first_order_at),
    ...optionalNumber("lastOrderAt", row.last_order_at),
  };
}

export function customerOf(row: Row): StoredCustomer {
  return {
    id: String(row.id),
    ...(Object.assign({}, ...TEXTS.map(({ field, column }) => optionalText(field, row[column]))) as Texts),
    tags: parseJson<readonly string[]>(row.tags),
    attributes: parseJson<StoredCustomer["attributes"]>(row.attributes),
    visitCount: Number(row.visit_count),
    ...optionalNumber("lastVisitAt", row.last_visit_at),
    consent: consentIn(row),
    addressHashes: hashesIn(row),
    marks: marksIn(row),
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
    ...totalsOf(row),
    ...stampsOf(row),
    cleared: parseJson<readonly string[]>(row.cleared),
  };
}

/** The values of `FIELD_COLUMNS`. */
export function fieldValues(customer: StoredCustomer): readonly SqlValue[] {
  return [
    folded(customer.id),
    ...TEXTS.flatMap(({ field }) => withFolded(customer[field])),
    JSON.stringify(customer.tags),
    customer.visitCount,
    customer.lastVisitAt ?? null,
    customer.createdAt,
    customer.updatedAt,
    ...stampValues(customer),
    JSON.stringify(customer.cleared),
    JSON.stringify(customer.attributes),
    ...consentValues(customer.consent),
    ...ADDRESS_FIELDS.map((field) => customer.addressHashes[field] ?? null),
    ...CHANNELS.flatMap((channel) => [customer.marks[channel]?.refusal ?? null, customer.marks[channel]?.version ?? null]),
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
