import { duration } from "./durations.js";
import { customerScope, type FieldType, ORDER_SCOPE, type Scope } from "./fields.js";
import { MEASURE_NAMES, MEASURES } from "./measures.js";
import { EVENT_WORDS } from "./message-events.js";
import type { OperatorDefinition, WordedSubject } from "./operator.js";
import { operatorFor, operatorsOn } from "./operators.js";
import type { Comparison, FieldTest, Leaf, MessagesTest, OrdersQuery, Rule } from "./rule.js";
import { numberInWords, quoted, scalarInWords } from "./values-in-words.js";

/** How a rule is put into words. */
export interface DescribeOptions {
  /** ISO 4217, for amounts; plain numbers, if absent. */
  readonly currency?: string;
  /** What to call a segment; its id, if absent. */
  readonly segmentName?: (id: string) => string;
}

interface Context extends DescribeOptions {
  /** Whose fields the rule names. */
  readonly scope: Scope;
}

/** A rule in English: "spent over 10,000 and not (seen in the last month)". It may be saved or not; what it says is what `matches` does. */
export function describe(rule: Rule, options: DescribeOptions = {}): string {
  return inWords(rule, { ...options, scope: customerScope() }, false);
}

/** `nested` groups of several are put in brackets. */
function inWords(rule: Rule, context: Context, nested: boolean): string {
  if ("all" in rule) return group(rule.all, "and", "everyone", context, nested);
  if ("any" in rule) return group(rule.any, "or", "no one", context, nested);
  if ("not" in rule) return negated(rule.not, context);
  return leaf(rule, context);
}

function group(rules: readonly Rule[], word: string, none: string, context: Context, nested: boolean): string {
  const [only, ...more] = rules;
  if (only === undefined) return none;
  if (more.length === 0) return inWords(only, context, nested);
  const joined = rules.map((rule) => inWords(rule, context, true)).join(` ${word} `);
  return nested ? `(${joined})` : joined;
}

function negated(rule: Rule, context: Context): string {
  const inner = inWords(rule, context, false);
  const simple =
    !("all" in rule || "any" in rule || "not" in rule) ||
    ("all" in rule && rule.all.length === 0) ||
    ("any" in rule && rule.any.length === 0);
  return simple ? `not ${inner}` : `not (${inner})`;
}

function leaf(rule: Leaf, context: Context): string {
  if ("field" in rule) return test(rule, context);
  if ("segment" in rule) return `in the segment ${quoted(context.segmentName?.(rule.segment) ?? rule.segment)}`;
  if ("sample" in rule) {
    const { percent, seed = "" } = rule.sample;
    return `in a stable sample of ${percent} %${seed === "" ? "" : ` (${seed})`}`;
  }
  return "orders" in rule ? orders(rule.orders, context) : messages(rule.messages);
}

/** What tests of a field are said of; other fields are nouns, by their own names. */
const SUBJECTS: Readonly<Record<string, WordedSubject>> = {
  totalSpend: { words: "spent", perfect: "spent" },
  orderCount: { words: "number of orders" },
  visitCount: { words: "number of visits" },
  lastVisitAt: { words: "seen", perfect: "been seen" },
  createdAt: { words: "added", perfect: "been added" },
  updatedAt: { words: "changed", perfect: "been changed" },
  firstOrderAt: { words: "first ordered", perfect: "been first ordered" },
  lastOrderAt: { words: "last ordered", perfect: "been last ordered" },
  timeZone: { words: "time zone" },
  placedAt: { words: "placed", perfect: "been placed" },
};

function subjectOf(field: string): WordedSubject {
  if (field.startsWith("attributes.")) return { words: field.slice("attributes.".length) };
  if (field.startsWith("consent.")) return { words: `consent to ${field.slice("consent.".length)}` };
  return SUBJECTS[field] ?? { words: field };
}

function test({ field: name, op, value }: FieldTest, { scope, currency }: Context): string {
  const field = scope.fieldNamed(name);
  return comparison(field && operatorFor(field, op, value), op, subjectOf(name), value, currency);
}

/** An operator that isn't there is said by its name. */
function comparison(
  operator: OperatorDefinition | undefined,
  op: string,
  subject: WordedSubject,
  value: unknown,
  currency?: string,
): string {
  return operator ? operator.inWords(subject, value, currency) : `${subject.words} ${op} ${scalarInWords(value)}`;
}

/** The comparison of a measure, whose words are a verb. */
function measured(type: FieldType, verb: string, op: string, value: unknown, currency?: string): string {
  const operators = operatorsOn(type);
  return comparison(
    Object.hasOwn(operators, op) ? operators[op] : undefined,
    op,
    { words: verb, perfect: verb },
    value,
    currency,
  );
}

function orders(query: OrdersQuery, context: Context): string {
  const measure = MEASURE_NAMES.find((name) => query[name] !== undefined) ?? "count";
  const { type, words } = MEASURES[measure];
  const [op, value] = operatorOf(query[measure]);
  const where = query.where ? ` where ${inWords(query.where, { ...context, scope: ORDER_SCOPE }, false)}` : "";
  const which = `${inTheLast(query)}${where}`;
  if (measure === "count") return `${times(words, op, value)}${which}`;
  if (op === "exists") return `bought at least once${which}`;
  if (op === "notExists") return `never bought${which}`;
  return `${measured(type, words, op, value, context.currency)}${which}`;
}

function messages({ event, campaign, within, count }: MessagesTest["messages"]): string {
  const words = EVENT_WORDS[event];
  const which = `${campaign === undefined ? "" : ` of the campaign ${quoted(campaign)}`}${inTheLast({ within })}`;
  return `${count ? times(words, ...operatorOf(count)) : words}${which}`;
}

function inTheLast({ within }: { readonly within?: unknown }): string {
  return within === undefined ? "" : ` in the last ${duration.inWords(within)}`;
}

/** What a count is said by, where that is more than a number. */
const COUNTED: Readonly<Record<string, string>> = {
  eq: "exactly",
  ne: "not exactly",
  gt: "more than",
  gte: "at least",
  lt: "fewer than",
  lte: "at most",
};

/** "bought at least twice", "was never messaged". */
function times(done: string, op: string, value: unknown): string {
  if ((op === "eq" && value === 0) || (op === "lt" && value === 1) || (op === "lte" && value === 0))
    return done.startsWith("was ") ? done.replace("was ", "was never ") : `never ${done}`;
  const counted = COUNTED[op];
  if (counted === undefined || typeof value !== "number") return `${measured("number", done, op, value)} times`;
  return `${done} ${counted} ${value === 1 ? "once" : value === 2 ? "twice" : `${numberInWords(value)} times`}`;
}

function operatorOf(comparison: Comparison | undefined): [op: string, value: unknown] {
  return Object.entries(comparison ?? {})[0] ?? ["", undefined];
}
