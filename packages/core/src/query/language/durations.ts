import { DAY_UNITS, type DayUnit, DURATION_UNITS, type DurationUnit, type LengthOfTime } from "../condition/duration.js";
import { isObject, refuse, under } from "./json-paths.js";
import { isInteger, type JsonSchema, type Operand, understood } from "./operands.js";
import { numberInWords, scalarInWords } from "./values-in-words.js";

/** An object with one of these keys and no other. */
export type ExactlyOne<T> = {
  [K in keyof T]: { readonly [L in K]: T[L] } & { readonly [L in Exclude<keyof T, K>]?: never };
}[keyof T];

type InOneOf<U extends DurationUnit> = ExactlyOne<{ readonly [V in U]: number }>;

/** A length of time in exactly one unit, `{ days: 30 }`. Days and longer are calendar units in the rule's time zone. */
export type Duration = InOneOf<DurationUnit>;

/** A whole day, by how far from today it is: `{ in: { days: 30 } }`, `{ ago: { months: 1 } }`. */
export type DayFromToday = ExactlyOne<{ readonly in: InOneOf<DayUnit>; readonly ago: InOneOf<DayUnit> }>;

const MAX_AMOUNT = 10_000;
const MAX_YEARS = 500;
const MAX_ANNIVERSARY_DAYS = 366;

export const duration = inOneOf(DURATION_UNITS);

const wholeDays = inOneOf(DAY_UNITS);

/** Means how long after today the day is, or before it if negative. 0 is refused, as in every length of time: today has an operator. */
export const dayFromToday: Operand<LengthOfTime<DayUnit>, DayFromToday> = {
  schema: oneOf({ in: wholeDays.schema, ago: wholeDays.schema }),
  read: (value, money) => {
    const [key, ...others] = isObject(value) ? Object.keys(value) : [];
    if (!isObject(value) || others.length > 0 || (key !== "in" && key !== "ago")) {
      return refuse("", 'must be an object with exactly one of in and ago, such as { "in": { "days": 30 } }');
    }
    const length = under(key, wholeDays.read(value[key], money));
    if (!length.ok) return length;
    const { meaning, plain } = length.value;
    return key === "in"
      ? understood(meaning, { in: plain })
      : understood({ ...meaning, amount: -meaning.amount }, { ago: plain });
  },
  inWords: (value) => {
    if (!isObject(value)) return scalarInWords(value);
    return value.in === undefined ? `${lengthInWords(value.ago, "1 ")} ago` : `${lengthInWords(value.in, "1 ")} from today`;
  },
};

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
    inWords: (value) => lengthInWords(value),
  };
}

function mostOf(unit: DurationUnit): number {
  return unit === "years" ? MAX_YEARS : MAX_AMOUNT;
}

function oneOf(properties: JsonSchema): JsonSchema {
  return { type: "object", properties, minProperties: 1, maxProperties: 1, additionalProperties: false };
}

/** "90 days"; of one, only the unit, "month", or what `one` is and the unit. */
function lengthInWords(value: unknown, one = ""): string {
  const [unit = "", amount] = isObject(value) ? (Object.entries(value)[0] ?? []) : [];
  if (typeof amount !== "number") return scalarInWords(value);
  return amount === 1 ? `${one}${unit.replace(/s$/, "")}` : `${numberInWords(amount)} ${unit}`;
}
