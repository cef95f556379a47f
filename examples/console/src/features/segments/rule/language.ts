import type { FieldCatalogue } from "@crm-engine/core";

export type CatalogueField = FieldCatalogue["fields"][number];
export type FieldType = CatalogueField["types"][number];

/** What an operator takes. */
export type Operand =
  | "none"
  | "text"
  | "texts"
  | "number"
  | "numbers"
  | "numberPair"
  | "time"
  | "timePair"
  | "day"
  | "duration"
  | "dayFromToday"
  | "daysAhead";

export interface OperatorWords {
  readonly words: string;
  readonly operand: Operand;
}

const presence = {
  exists: { words: "is known", operand: "none" },
  notExists: { words: "is not known", operand: "none" },
} as const;

const numbers = {
  gt: { words: "is over", operand: "number" },
  gte: { words: "is at least", operand: "number" },
  lt: { words: "is under", operand: "number" },
  lte: { words: "is at most", operand: "number" },
  eq: { words: "is exactly", operand: "number" },
  ne: { words: "is not", operand: "number" },
  between: { words: "is between", operand: "numberPair" },
  in: { words: "is one of", operand: "numbers" },
  notIn: { words: "is none of", operand: "numbers" },
} as const;

/** Operators in words, by the type of what they read. */
export const OPERATOR_WORDS: Readonly<Record<FieldType, Readonly<Record<string, OperatorWords>>>> = {
  string: {
    eq: { words: "is", operand: "text" },
    ne: { words: "is not", operand: "text" },
    in: { words: "is one of", operand: "texts" },
    notIn: { words: "is none of", operand: "texts" },
    contains: { words: "contains", operand: "text" },
    notContains: { words: "does not contain", operand: "text" },
    startsWith: { words: "begins with", operand: "text" },
    endsWith: { words: "ends with", operand: "text" },
    ...presence,
  },
  number: { ...numbers, ...presence },
  money: { ...numbers, ...presence },
  boolean: { isTrue: { words: "is true", operand: "none" }, isFalse: { words: "is false", operand: "none" }, ...presence },
  date: {
    inLast: { words: "is in the last", operand: "duration" },
    notInLast: { words: "is not in the last", operand: "duration" },
    olderThan: { words: "is more than … ago", operand: "duration" },
    inNext: { words: "is in the next", operand: "duration" },
    isDay: { words: "is on the day", operand: "dayFromToday" },
    anniversaryWithin: { words: "has its anniversary in the next", operand: "daysAhead" },
    on: { words: "is on", operand: "day" },
    before: { words: "is before", operand: "time" },
    after: { words: "is after", operand: "time" },
    between: { words: "is between", operand: "timePair" },
    today: { words: "is today", operand: "none" },
    yesterday: { words: "is yesterday", operand: "none" },
    thisWeek: { words: "is this week", operand: "none" },
    lastWeek: { words: "is last week", operand: "none" },
    thisMonth: { words: "is this month", operand: "none" },
    lastMonth: { words: "is last month", operand: "none" },
    thisYear: { words: "is this year", operand: "none" },
    lastYear: { words: "is last year", operand: "none" },
    ...presence,
  },
  array: {
    includesAny: { words: "includes any of", operand: "texts" },
    includesAll: { words: "includes all of", operand: "texts" },
    includesNone: { words: "includes none of", operand: "texts" },
    isEmpty: { words: "is empty", operand: "none" },
    ...presence,
  },
};

/** Counts are said otherwise: "at least 3 times". */
export const COUNT_WORDS: Readonly<Record<string, string>> = {
  gte: "at least",
  eq: "exactly",
  lte: "at most",
  gt: "more than",
  lt: "fewer than",
  ne: "not exactly",
  between: "between",
  in: "one of these numbers of",
  notIn: "none of these numbers of",
};

export const TYPE_WORDS: Readonly<Record<FieldType, string>> = {
  string: "text",
  number: "number",
  money: "money",
  boolean: "yes or no",
  date: "date",
  array: "list",
};

export const MEASURE_WORDS: Readonly<Record<string, string>> = {
  count: "bought",
  sum: "total spent",
  avg: "average order",
  min: "smallest order",
  max: "largest order",
  first: "first order",
  last: "last order",
};

export const EVENT_WORDS: Readonly<Record<string, string>> = {
  messaged: "was messaged",
  delivered: "had a message delivered",
  bounced: "had a message bounce",
  failed: "had a message fail",
  opened: "opened a message",
  clicked: "clicked in a message",
  complained: "complained of a message",
  unsubscribed: "unsubscribed by a message",
};

const FIELD_WORDS: Readonly<Record<string, string>> = {
  id: "Id",
  email: "E-mail",
  phone: "Phone",
  name: "Name",
  timeZone: "Time zone",
  tags: "Tags",
  visitCount: "Number of visits",
  lastVisitAt: "Last seen",
  createdAt: "Added",
  updatedAt: "Changed",
  orderCount: "Number of orders",
  totalSpend: "Total spend",
  firstOrderAt: "First order",
  lastOrderAt: "Last order",
};
const ORDER_FIELD_WORDS: Readonly<Record<string, string>> = {
  id: "Order id",
  type: "Type (purchase or refund)",
  status: "Status (placed or cancelled)",
  amount: "Amount of the order",
  currency: "Currency",
  placedAt: "Placed",
  channel: "Sales channel",
  sku: "Product (SKU)",
  name: "Product name",
  category: "Product category",
  quantity: "Quantity of the product",
  price: "Price of the product",
};

export const ATTRIBUTE = "attributes.";

export function fieldWords(name: string, scope: "customer" | "order"): string {
  if (scope === "order") return ORDER_FIELD_WORDS[name] ?? name;
  if (name.startsWith(ATTRIBUTE)) return name.slice(ATTRIBUTE.length);
  if (name.startsWith("consent.")) return `Consent to ${name.slice("consent.".length) === "sms" ? "SMS" : "e-mail"}`;
  return FIELD_WORDS[name] ?? name;
}

/** Values that a field has for certain. */
export const KNOWN_VALUES: Readonly<Record<"customer" | "order", Readonly<Record<string, readonly string[]>>>> = {
  customer: { "consent.email": ["subscribed", "withdrawn"], "consent.sms": ["subscribed", "withdrawn"] },
  order: { type: ["purchase", "refund"], status: ["placed", "cancelled"] },
};

/** Which of a field's types an operator with this value reads: where several have it, the value decides. */
export function typeRead(types: readonly FieldType[], op: string, value: unknown): FieldType | undefined {
  const having = types.filter((type) => Object.hasOwn(OPERATOR_WORDS[type], op));
  if (having.length <= 1) return having[0];
  const sample = Array.isArray(value) ? value[0] : value;
  return having.find((type) => (type === "number") === (typeof sample === "number"));
}

export const UNITS = ["minutes", "hours", "days", "weeks", "months", "years"] as const;
export const DAY_UNITS = ["days", "weeks", "months", "years"] as const;

/** A value to begin with; null is one that is still to be given. */
export function firstValue(operand: Operand): unknown {
  switch (operand) {
    case "none":
      return undefined;
    case "text":
      return "";
    case "texts":
    case "numbers":
      return [];
    case "numberPair":
    case "timePair":
      return [null, null];
    case "duration":
      return { days: 30 };
    case "dayFromToday":
      return { ago: { days: 1 } };
    case "daysAhead":
      return { days: 7 };
    default:
      return null;
  }
}
