import type { Issue } from "../../errors.js";
import type { Parsed } from "../../model/edge.js";
import { readTimeText } from "../../model/instant.js";
import { fromMinorUnits, type MinorUnits, parseDecimal, toMinorUnits } from "../../model/money.js";
import type { TimeValue } from "../condition/resolve-dates.js";
import { refuse } from "./json-paths.js";
import { listInWords, scalarInWords } from "./values-in-words.js";

/** A JSON Schema (2020-12, as OpenAPI 3.1 has it). */
export type JsonSchema = { readonly [keyword: string]: unknown };

export interface MoneyContext {
  readonly currency: string;
  readonly currencyDecimals: number;
}

/** A value as the operator means it, and the clean copy of it that goes into the parsed rule. */
export interface Reading<V, P> {
  readonly meaning: V;
  readonly plain: P;
}

/**
 * What an operator takes: how it is read from untrusted JSON, the same said as a schema, and how a description says it. Paths of
 * issues begin at the value. `P` is the value's type in a rule: nothing, one value, or a pair.
 */
export interface Operand<V, P> {
  readonly schema: JsonSchema | undefined;
  read(value: unknown, money: MoneyContext): Parsed<Reading<V, P>>;
  /** Says whatever the value is: what is described may not have been parsed. */
  inWords(value: unknown, currency?: string): string;
}

const MAX_TEXT = 4_000;
const MAX_ID = 200;
const MAX_LIST = 1_000;
/** More wrong values of one list are not told. */
const MAX_ISSUES = 100;

export const none: Operand<undefined, undefined> = {
  schema: undefined,
  read: (value) =>
    value === undefined ? understood(undefined, undefined) : refuse("", "must be absent: this operator takes no value"),
  inWords: () => "",
};

export const text = textOperand(0);
export const someText = textOperand(1);
export const someId = textOperand(1, MAX_ID);

export const number: Operand<number, number> = {
  schema: { type: "number" },
  read: (value) =>
    typeof value === "number" && Number.isFinite(value) ? understood(value, value) : refuse("", "must be a number"),
  inWords: (value) => scalarInWords(value),
};

/** Major units, as a number or a decimal text; means minor units. */
export const money: Operand<MinorUnits, number> = {
  schema: { type: ["number", "string"], description: "An amount in the engine's currency." },
  read: (value, { currency, currencyDecimals }) => {
    const decimal =
      (typeof value === "string" && value.length <= 40) || typeof value === "number" ? parseDecimal(value) : undefined;
    if (!decimal) return refuse("", "must be an amount, a decimal number");
    const amount = toMinorUnits(decimal, currencyDecimals);
    if (amount !== undefined) return understood(amount, fromMinorUnits(amount, currencyDecimals));
    return refuse(
      "",
      decimal.scale > currencyDecimals ? `must have at most ${currencyDecimals} decimals in ${currency}` : "is too large",
    );
  },
  inWords: scalarInWords,
};

export const date = timeOperand(
  "must be an ISO 8601 date such as 2026-01-31, without a time",
  { type: "string", format: "date" },
  (value) => (value.kind === "date" ? value : undefined),
);

export const time = timeOperand(
  "must be an ISO 8601 date, date-time or date-time with an offset, such as 2026-01-31T09:30:00Z",
  { type: "string", description: "An ISO 8601 date, date-time or date-time with an offset." },
  (value) => value,
);

/** 1 to 1,000 of the same. */
export function listOf<V, P>(item: Operand<V, P>): Operand<readonly V[], readonly P[]> {
  return {
    schema: { type: "array", items: item.schema, minItems: 1, maxItems: MAX_LIST },
    read: (value, context) =>
      Array.isArray(value) && value.length >= 1 && value.length <= MAX_LIST
        ? readItems(item, value, context)
        : refuse("", `must be an array of 1 to ${MAX_LIST} values`),
    inWords: (value, currency) =>
      Array.isArray(value) ? listInWords(value, (one) => item.inWords(one, currency)) : scalarInWords(value),
  };
}

/** `[from, to]`; `orderFault` says what is wrong with the order of the two, if anything, and `joined` says them in words. */
export function pairOf<V, P>(
  item: Operand<V, P>,
  orderFault: (from: V, to: V) => string | undefined,
  joined = (from: string, to: string) => `${from} and ${to}`,
): Operand<readonly [V, V], readonly [P, P]> {
  return {
    schema: { type: "array", items: item.schema, minItems: 2, maxItems: 2 },
    read: (value, context) => {
      const items = Array.isArray(value) && value.length === 2 ? readItems(item, value, context) : undefined;
      if (items?.ok === false) return items;
      const [from, to] = items?.value.meaning ?? [];
      const [plainFrom, plainTo] = items?.value.plain ?? [];
      if (from === undefined || to === undefined || plainFrom === undefined || plainTo === undefined) {
        return refuse("", "must be an array of two values");
      }
      const disorder = orderFault(from, to);
      return disorder === undefined ? understood([from, to], [plainFrom, plainTo]) : refuse("", disorder);
    },
    inWords: (value, currency) =>
      Array.isArray(value) && value.length === 2
        ? joined(item.inWords(value[0], currency), item.inWords(value[1], currency))
        : scalarInWords(value),
  };
}

/** A value that was read. */
export function understood<V, P>(meaning: V, plain: P): { readonly ok: true; readonly value: Reading<V, P> } {
  return { ok: true, value: { meaning, plain } };
}

export function isInteger(value: unknown, min: number, max: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= min && value <= max;
}

function textOperand(minLength: number, maxLength = MAX_TEXT): Operand<string, string> {
  return {
    schema: { type: "string", minLength, maxLength },
    read: (value) => {
      if (typeof value !== "string") return refuse("", "must be a text");
      if (value.length < minLength) return refuse("", "must not be empty");
      if (value.length > maxLength) return refuse("", `must have at most ${maxLength} characters`);
      return value.isWellFormed() && !value.includes("\0")
        ? understood(value, value)
        : refuse("", "must not hold NUL or a lone surrogate");
    },
    inWords: (value) => scalarInWords(value),
  };
}

function timeOperand<V extends TimeValue>(
  message: string,
  schema: JsonSchema,
  accept: (value: TimeValue) => V | undefined,
): Operand<V, string> {
  return {
    schema,
    read: (value) => {
      const meaning = typeof value === "string" ? readTimeValue(value) : undefined;
      const accepted = meaning && accept(meaning);
      return typeof value === "string" && accepted ? understood(accepted, value) : refuse("", message);
    },
    inWords: (value) => scalarInWords(value),
  };
}

function readTimeValue(value: string): TimeValue | undefined {
  const read = readTimeText(value);
  if (read?.instant !== undefined) return { kind: "instant", instant: read.instant };
  if (read?.wallClock === undefined) return undefined;
  return value.length === "YYYY-MM-DD".length ? { kind: "date", date: value } : { kind: "wallClock", wallClock: read.wallClock };
}

function readItems<V, P>(
  item: Operand<V, P>,
  values: readonly unknown[],
  context: MoneyContext,
): Parsed<Reading<readonly V[], readonly P[]>> {
  const meaning: V[] = [];
  const plain: P[] = [];
  const issues: Issue[] = [];
  for (const [index, value] of values.entries()) {
    const read = item.read(value, context);
    if (read.ok) {
      meaning.push(read.value.meaning);
      plain.push(read.value.plain);
    } else if (issues.length < MAX_ISSUES) {
      issues.push(...read.issues.map((issue) => ({ ...issue, path: String(index) })));
    }
  }
  return issues.length === 0 ? understood(meaning, plain) : { ok: false, issues };
}
