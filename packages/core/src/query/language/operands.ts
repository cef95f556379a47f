import type { Issue } from "../../errors.js";
import type { Parsed } from "../../model/edge.js";
import { readTimeText } from "../../model/instant.js";
import { fromMinorUnits, type MinorUnits, parseDecimal, toMinorUnits } from "../../model/money.js";
import { DURATION_UNITS, type Duration, type DurationUnit, type RuleValue } from "../../model/rule.js";
import type { TimeValue } from "../condition/resolve-dates.js";

/** A JSON Schema (2020-12, as OpenAPI 3.1 has it). */
export type JsonSchema = { readonly [keyword: string]: unknown };

export interface MoneyContext {
  readonly currency: string;
  readonly currencyDecimals: number;
}

/** A value as the operator means it, and the clean copy of it that goes into the parsed rule. */
export interface Reading<V, P extends RuleValue | undefined = RuleValue | undefined> {
  readonly meaning: V;
  readonly plain: P;
}

/** What an operator takes: how it is read from untrusted JSON, and the same said as a schema. Paths of issues begin at the value. */
export interface Operand<V, P extends RuleValue | undefined = RuleValue | undefined> {
  readonly schema: JsonSchema | undefined;
  read(value: unknown, money: MoneyContext): Parsed<Reading<V, P>>;
}

export interface DurationValue {
  readonly unit: DurationUnit;
  readonly amount: number;
}

const MAX_TEXT = 4_000;
const MAX_ID = 200;
const MAX_LIST = 1_000;
const MAX_DURATION = 10_000;
const MAX_YEARS = 500;
const MAX_ANNIVERSARY_DAYS = 366;

export const none: Operand<undefined, undefined> = {
  schema: undefined,
  read: (value) => (value === undefined ? ok(undefined, undefined) : fault("must be absent: this operator takes no value")),
};

export const text = textOperand(0);
export const someText = textOperand(1);
export const someId = textOperand(1, MAX_ID);

export const number: Operand<number, number> = {
  schema: { type: "number" },
  read: (value) => (typeof value === "number" && Number.isFinite(value) ? ok(value, value) : fault("must be a number")),
};

/** Major units, as a number or a decimal text; means minor units. */
export const money: Operand<MinorUnits, number> = {
  schema: { type: ["number", "string"], description: "An amount in the engine's currency." },
  read: (value, { currency, currencyDecimals }) => {
    const decimal =
      (typeof value === "string" && value.length <= 40) || typeof value === "number" ? parseDecimal(value) : undefined;
    if (!decimal) return fault("must be an amount, a decimal number");
    const amount = toMinorUnits(decimal, currencyDecimals);
    if (amount !== undefined) return ok(amount, fromMinorUnits(amount, currencyDecimals));
    return fault(
      decimal.scale > currencyDecimals ? `must have at most ${currencyDecimals} decimals in ${currency}` : "is too large",
    );
  },
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

export const duration: Operand<DurationValue, Duration> = {
  schema: {
    type: "object",
    properties: Object.fromEntries(
      DURATION_UNITS.map((unit) => [unit, { type: "integer", minimum: 1, maximum: unit === "years" ? MAX_YEARS : MAX_DURATION }]),
    ),
    minProperties: 1,
    maxProperties: 1,
    additionalProperties: false,
  },
  read: (value) => {
    const [unit, ...others] = isObject(value) ? Object.keys(value) : [];
    const known = DURATION_UNITS.find((candidate) => candidate === unit);
    if (!isObject(value) || !known || others.length > 0) {
      return fault(`must be an object with exactly one of ${DURATION_UNITS.join(", ")}`);
    }
    const amount = value[known];
    const most = known === "years" ? MAX_YEARS : MAX_DURATION;
    return isInteger(amount, 1, most)
      ? ok({ unit: known, amount }, { [known]: amount })
      : fault(`must be a whole number from 1 to ${most}`, known);
  },
};

/** `{ days: n }`, where 0 is today only. */
export const daysAhead: Operand<number, Duration> = {
  schema: {
    type: "object",
    properties: { days: { type: "integer", minimum: 0, maximum: MAX_ANNIVERSARY_DAYS } },
    required: ["days"],
    additionalProperties: false,
  },
  read: (value) => {
    if (!isObject(value) || Object.keys(value).join() !== "days") return fault("must be an object with days and nothing else");
    const { days } = value;
    return isInteger(days, 0, MAX_ANNIVERSARY_DAYS)
      ? ok(days, { days })
      : fault(`must be a whole number from 0 to ${MAX_ANNIVERSARY_DAYS}`, "days");
  },
};

/** 1 to 1,000 of the same. */
export function listOf<V, P extends string | number>(item: Operand<V, P>): Operand<readonly V[], readonly P[]> {
  return {
    schema: { type: "array", items: item.schema, minItems: 1, maxItems: MAX_LIST },
    read: (value, context) =>
      Array.isArray(value) && value.length >= 1 && value.length <= MAX_LIST
        ? readItems(item, value, context)
        : fault(`must be an array of 1 to ${MAX_LIST} values`),
  };
}

/** `[from, to]`; `orderFault` says what is wrong with the order of the two, if anything. */
export function pairOf<V, P extends string | number>(
  item: Operand<V, P>,
  orderFault: (from: V, to: V) => string | undefined,
): Operand<readonly [V, V], readonly P[]> {
  return {
    schema: { type: "array", items: item.schema, minItems: 2, maxItems: 2 },
    read: (value, context) => {
      if (!Array.isArray(value) || value.length !== 2) return fault("must be an array of two values");
      const items = readItems(item, value, context);
      if (!items.ok) return items;
      const [from, to] = items.value.meaning;
      if (from === undefined || to === undefined) return fault("must be an array of two values");
      const disorder = orderFault(from, to);
      return disorder === undefined ? ok([from, to] as const, items.value.plain) : fault(disorder);
    },
  };
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOperand(minLength: number, maxLength = MAX_TEXT): Operand<string, string> {
  return {
    schema: { type: "string", minLength, maxLength },
    read: (value) => {
      if (typeof value !== "string") return fault("must be a text");
      if (value.length < minLength) return fault("must not be empty");
      if (value.length > maxLength) return fault(`must have at most ${maxLength} characters`);
      return value.isWellFormed() && !value.includes("\0") ? ok(value, value) : fault("must not hold NUL or a lone surrogate");
    },
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
      return typeof value === "string" && accepted ? ok(accepted, value) : fault(message);
    },
  };
}

function readTimeValue(value: string): TimeValue | undefined {
  const read = readTimeText(value);
  if (read?.instant !== undefined) return { kind: "instant", instant: read.instant };
  if (read?.wallClock === undefined) return undefined;
  return value.length === "YYYY-MM-DD".length ? { kind: "date", date: value } : { kind: "wallClock", wallClock: read.wallClock };
}

function readItems<V, P extends string | number>(
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
    } else {
      issues.push(...read.issues.map((issue) => ({ ...issue, path: String(index) })));
    }
  }
  return issues.length === 0 ? ok(meaning, plain) : { ok: false, issues };
}

function isInteger(value: unknown, min: number, max: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= min && value <= max;
}

function ok<V, P extends RuleValue | undefined>(meaning: V, plain: P): Parsed<Reading<V, P>> {
  return { ok: true, value: { meaning, plain } };
}

function fault(message: string, path = ""): Parsed<never> {
  return { ok: false, issues: [{ path, message }] };
}
