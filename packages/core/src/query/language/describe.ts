import {
  type Comparison,
  type Duration,
  type FieldTest,
  type Leaf,
  MEASURES,
  type MessageEvent,
  type MessagesTest,
  type OrdersQuery,
  type Rule,
  type RuleValue,
} from "../../model/rule.js";
import { CUSTOMER_FIELDS } from "./fields.js";
import { MEASURE_TYPES } from "./measures.js";

/** How a rule is put into words. */
export interface DescribeOptions {
  /** ISO 4217, for amounts; plain numbers, if absent. */
  readonly currency?: string;
  /** What to call a segment; its id, if absent. */
  readonly segmentName?: (id: string) => string;
}

/** A rule in English: "spent over 10,000 and not (seen in the last month)". It may be saved or not; what it says is what `matches` does. */
export function describe(rule: Rule, options: DescribeOptions = {}): string {
  return told(rule, options, false);
}

/** `nested` groups of several are put in brackets. */
function told(rule: Rule, options: DescribeOptions, nested: boolean): string {
  if ("all" in rule) return group(rule.all, "and", "everyone", options, nested);
  if ("any" in rule) return group(rule.any, "or", "no one", options, nested);
  if ("not" in rule) return negated(rule.not, options);
  return leaf(rule, options);
}

function group(rules: readonly Rule[], word: string, none: string, options: DescribeOptions, nested: boolean): string {
  const [only, ...more] = rules;
  if (only === undefined) return none;
  if (more.length === 0) return told(only, options, nested);
  const joined = rules.map((rule) => told(rule, options, true)).join(` ${word} `);
  return nested ? `(${joined})` : joined;
}

function negated(rule: Rule, options: DescribeOptions): string {
  const inner = told(rule, options, false);
  const simple =
    !("all" in rule || "any" in rule || "not" in rule) ||
    ("all" in rule && rule.all.length === 0) ||
    ("any" in rule && rule.any.length === 0);
  return simple ? `not ${inner}` : `not (${inner})`;
}

function leaf(rule: Leaf, options: DescribeOptions): string {
  if ("field" in rule) return test(rule, options);
  if ("segment" in rule) return `in the segment ${quoted(options.segmentName?.(rule.segment) ?? rule.segment)}`;
  if ("sample" in rule) {
    const { percent, seed = "" } = rule.sample;
    return `in a stable sample of ${percent} %${seed === "" ? "" : ` (${seed})`}`;
  }
  return "orders" in rule ? orders(rule.orders, options) : messages(rule.messages);
}

/** What tests of a field begin with; where a field has words of its own, they go with it as they are. */
const SUBJECTS: Readonly<Record<string, string>> = {
  totalSpend: "spent",
  orderCount: "number of orders",
  visitCount: "number of visits",
  lastVisitAt: "seen",
  createdAt: "added",
  updatedAt: "changed",
  firstOrderAt: "first ordered",
  lastOrderAt: "last ordered",
  timeZone: "time zone",
  placedAt: "placed",
};

const EVENTS_OF_DATES: readonly string[] = ["lastVisitAt", "createdAt", "updatedAt", "firstOrderAt", "lastOrderAt", "placedAt"];
const MONEY: readonly string[] = [
  ...Object.entries(CUSTOMER_FIELDS).flatMap(([name, type]) => (type === "money" ? [name] : [])),
  "amount",
];

function test({ field, op, value }: FieldTest, options: DescribeOptions): string {
  if (op === "exists") return `has ${EVENTS_OF_DATES.includes(field) ? "been " : ""}${nameOf(field)}`;
  if (op === "notExists") return `has ${EVENTS_OF_DATES.includes(field) ? "never been" : "no"} ${nameOf(field)}`;
  const amount = MONEY.includes(field);
  const words = comparison(
    op,
    value,
    amount ? options.currency : undefined,
    EVENTS_OF_DATES.includes(field) || field === "totalSpend",
  );
  return `${nameOf(field)} ${words}`;
}

function nameOf(field: string): string {
  if (field.startsWith("attributes.")) return field.slice("attributes.".length);
  if (field.startsWith("consent.")) return `consent to ${field.slice("consent.".length)}`;
  return SUBJECTS[field] ?? field;
}

const MEASURE_NAMES: Readonly<Record<string, string>> = {
  sum: "spent",
  avg: "spent on average",
  min: "the smallest order was",
  max: "the largest order was",
  first: "first bought",
  last: "last bought",
};

function orders(query: OrdersQuery, options: DescribeOptions): string {
  const measure = MEASURES.find((name) => query[name] !== undefined) ?? "count";
  const { type } = MEASURE_TYPES[measure];
  const [op, value] = operatorOf(query[measure]);
  const which = `${query.within ? ` in the last ${length(query.within)}` : ""}${query.where ? ` where ${told(query.where, options, false)}` : ""}`;
  if (measure === "count") return `${times("bought", op, value)}${which}`;
  if (op === "exists") return `bought at least once${which}`;
  if (op === "notExists") return `never bought${which}`;
  return `${MEASURE_NAMES[measure] ?? measure} ${comparison(op, value, type === "money" ? options.currency : undefined, true)}${which}`;
}

const EVENT_NAMES: Readonly<Record<MessageEvent, string>> = {
  messaged: "was messaged",
  delivered: "had a message delivered",
  bounced: "had a message bounce",
  failed: "had a message fail",
  opened: "opened a message",
  clicked: "clicked in a message",
  complained: "complained of a message",
  unsubscribed: "unsubscribed by a message",
};

function messages({ event, campaign, within, count }: MessagesTest["messages"]): string {
  const which = `${campaign === undefined ? "" : ` of the campaign ${quoted(campaign)}`}${within ? ` in the last ${length(within)}` : ""}`;
  return `${count ? times(EVENT_NAMES[event], ...operatorOf(count)) : EVENT_NAMES[event]}${which}`;
}

function times(done: string, op: string, value: RuleValue | undefined): string {
  const count = typeof value === "number" ? value : undefined;
  if ((op === "eq" && count === 0) || (op === "lt" && count === 1) || (op === "lte" && count === 0))
    return done.startsWith("was ") ? done.replace("was ", "was never ") : `never ${done}`;
  const wording: Readonly<Record<string, string>> = {
    eq: "exactly",
    ne: "not exactly",
    gt: "more than",
    gte: "at least",
    lt: "fewer than",
    lte: "at most",
  };
  if (count !== undefined)
    return `${done} ${wording[op] ?? op} ${count === 1 ? "once" : count === 2 ? "twice" : `${number(count)} times`}`;
  return `${done} ${comparison(op, value, undefined, true)} times`;
}

function operatorOf(held: Comparison | undefined): [op: string, value: RuleValue | undefined] {
  const [op, value] = Object.entries(held ?? {})[0] ?? ["", undefined];
  return [op, value === true ? undefined : value];
}

const PLAIN: Readonly<Record<string, string>> = {
  eq: "is",
  ne: "is not",
  in: "is one of",
  notIn: "is none of",
  contains: "contains",
  notContains: "does not contain",
  startsWith: "begins with",
  endsWith: "ends with",
  gt: "is over",
  gte: "is at least",
  lt: "is under",
  lte: "is at most",
  between: "is between",
  includesAny: "includes any of",
  includesAll: "includes all of",
  includesNone: "includes none of",
  isEmpty: "is empty",
  isTrue: "is true",
  isFalse: "is false",
};

const DATED: Readonly<Record<string, string>> = {
  before: "before",
  after: "after",
  on: "on",
  inLast: "in the last",
  inNext: "in the next",
  olderThan: "more than",
  today: "today",
  thisWeek: "this week",
  thisMonth: "this month",
  thisYear: "this year",
  yesterday: "yesterday",
  lastWeek: "last week",
  lastMonth: "last month",
  lastYear: "last year",
};

/** After a verb ("spent over 5", "seen in the last month") the "is" goes. */
function comparison(op: string, value: RuleValue | undefined, currency: string | undefined, afterVerb: boolean): string {
  const worded = (text: string): string => (afterVerb ? text.replace(/^is (?!true|false|empty)/, "") : text);
  if (op === "anniversaryWithin") return anniversary(value, afterVerb);
  if (op === "notInLast") {
    const span = value !== undefined && isDuration(value) ? length(value) : "";
    return afterVerb ? `at some time but not in the last ${span}` : `is a date that is not in the last ${span}`;
  }
  const dated = DATED[op];
  if (dated !== undefined) {
    const shown = value === undefined ? "" : ` ${isDuration(value) ? length(value) : scalar(value)}`;
    return `${afterVerb ? "" : "is "}${dated}${shown}${op === "olderThan" ? " ago" : ""}`;
  }
  const wording = worded(op === "eq" && afterVerb ? "exactly" : op === "ne" && afterVerb ? "other than" : (PLAIN[op] ?? op));
  if (value === undefined) return wording;
  if (op === "between" && Array.isArray(value)) return `${wording} ${value.map((end) => scalar(end, currency)).join(" and ")}`;
  return `${wording} ${Array.isArray(value) ? list(value, currency) : isDuration(value) ? length(value) : scalar(value, currency)}`;
}

function anniversary(value: RuleValue | undefined, afterVerb: boolean): string {
  const days = value !== undefined && isDuration(value) ? (value.days ?? 0) : 0;
  const when = days === 0 ? "today" : `today or in the next ${length({ days })}`;
  return `${afterVerb ? "on a day that has" : "has"} its anniversary ${when}`;
}

function isDuration(value: RuleValue): value is Duration {
  return typeof value === "object" && !Array.isArray(value);
}

/** "month", "90 days". */
function length(duration: Duration): string {
  const [unit = "", amount = 0] = Object.entries(duration)[0] ?? [];
  return amount === 1 ? unit.replace(/s$/, "") : `${number(amount)} ${unit}`;
}

const LISTED = 5;

function list(values: readonly unknown[], currency: string | undefined): string {
  const shown = values.slice(0, LISTED).map((value) => scalar(value, currency));
  const more = values.length - shown.length;
  return more > 0 ? `${shown.join(", ")} and ${number(more)} more` : shown.join(", ");
}

function scalar(value: unknown, currency?: string): string {
  if (typeof value === "number") return `${number(value)}${currency === undefined ? "" : ` ${currency}`}`;
  const text = String(value);
  return /^[\p{L}\p{N}][\p{L}\p{N}@._:+-]*$/u.test(text) ? text : quoted(text);
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

function number(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: 20 });
}
