import { DURATION_UNITS, type DurationUnit, type LengthOfTime } from "../condition/duration.js";
import { isObject, refuse } from "./json-paths.js";
import { isInteger, type JsonSchema, type Operand, understood } from "./operands.js";
import { numberInWords, scalarInWords } from "./values-in-words.js";

/** An object with one of these keys and no other. */
export type ExactlyOne<T> = {
  [K in keyof T]: { readonly [L in K]: T[L] } & { readonly [L in Exclude<keyof T, K>]?: never };
}[keyof T];

type InOneOf<U extends DurationUnit> = ExactlyOne<{ readonly [V in U]: number }>;

/** A length of time in exactly one unit, `{ days: 30 }`. Days and longer are calendar units in the rule's time zone. */
export type Duration = InOneOf<DurationUnit>;

const MAX_AMOUNT = 10_000;
const MAX_YEARS = 500;
const MAX_ANNIVERSARY_DAYS = 366;

export const duration = inOneOf(DURATION_UNITS);

/** `{ days: n }`, where 0 is today only. */
export const daysAhead: Operand<number, { readonly days: number }> = {
  schema: {
    type: "object",
    properties: { days: { type: "integer", minimum: 0, maximum: MAX_ANNIVERSARY_DAYS } },
    required: ["days"],
    additionalProperties: false,
  },
  read: (value) => {
    if (!isObject(value) || Object.keys(value).join() !== "days")
      return refuse("", "must be an object with days and nothing else");
    const { days } = value;
    return isInteger(days, 0, MAX_ANNIVERSARY_DAYS)
      ? understood(days, { days })
      : refuse("days", `must be a whole number from 0 to ${MAX_ANNIVERSARY_DAYS}`);
  },
  inWords: (value) => (isObject(value) && value.days === 0 ? "today" : `today or in the next ${lengthInWords(value)}`),
};

function inOneOf<U extends DurationUnit>(units: readonly U[]): Operand<LengthOfTime<U>, InOneOf<U>> {
  return {
    schema: oneOf(Object.fromEntries(units.map((unit) => [unit, { type: "integer", minimum: 1, maximum: mostOf(unit) }]))),
    read: (value) => {
      const [key, ...others] = isObject(value) ? Object.keys(value) : [];
      const unit = units.find((candidate) => candidate === key);
      if (!isObject(value) || unit === undefined || others.length > 0) {
        return refuse("", `must be an object with exactly one of ${units.join(", ")}`);
      }
      const amount = value[unit];
      return isInteger(amount, 1, mostOf(unit))
        ? understood({ unit, amount }, { [unit]: amount } as InOneOf<U>)
        : refuse(unit, `must be a whole number from 1 to ${mostOf(unit)}`);
    },
    inWords: lengthInWords,
  };
}

function mostOf(unit: DurationUnit): number {
  return unit === "years" ? MAX_YEARS : MAX_AMOUNT;
}

function oneOf(properties: JsonSchema): JsonSchema {
  return { type: "object", properties, minProperties: 1, maxProperties: 1, additionalProperties: false };
}

/** "90 days"; of one, only the unit: "month". */
function lengthInWords(value: unknown): string {
  const [unit = "", amount] = isObject(value) ? (Object.entries(value)[0] ?? []) : [];
  if (typeof amount !== "number") return scalarInWords(value);
  return amount === 1 ? unit.replace(/s$/, "") : `${numberInWords(amount)} ${unit}`;
}
