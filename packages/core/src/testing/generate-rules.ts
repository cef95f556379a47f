import { fromMinorUnits } from "../model/money.js";
import { CUSTOMER_FIELDS, type FieldType } from "../query/fields.js";
import { operatorsOn } from "../query/operators.js";
import type { FieldTest, Operator, Rule, RuleValue } from "../query/rule.js";
import { generatedId } from "./generate-customers.js";
import { type Random, seededRandom } from "./seeded-random.js";
import {
  ATTRIBUTE_NAMES,
  COUNTS,
  DATES,
  DURATIONS,
  EMAILS,
  GENERATED_CONTEXT,
  NAMES,
  NUMBERS,
  PHONES,
  SPENDS,
  TAGS,
  TIME_ZONES,
  TIMES,
} from "./value-pools.js";

const ATTRIBUTE_TYPES: readonly FieldType[] = ["string", "number", "boolean", "date", "array"];
const CONSENT_STATES: readonly string[] = ["subscribed", "withdrawn"];
const MAX_GROUP_DEPTH = 3;

/** The same rules for the same seed, over the whole language, each one valid, for `GENERATED_CONTEXT`. Many meet some of the generated customers and not others. */
export function generateRules(seed: number, count: number): readonly Rule[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => generateRule(random, 0));
}

function generateRule(random: Random, depth: number): Rule {
  if (depth === MAX_GROUP_DEPTH || random.chance(45)) return generateTest(random);
  const children = (): readonly Rule[] => Array.from({ length: random.int(4) }, () => generateRule(random, depth + 1));
  if (random.chance(30)) return { not: generateRule(random, depth + 1) };
  return random.chance(40) ? { all: children() } : { any: children() };
}

function generateTest(random: Random): FieldTest {
  const [field, type, texts] = pickField(random);
  const op = random.pick(Object.keys(operatorsOn(type))) as Operator;
  const value = generateValue(random, type, op, texts);
  return { field, op, ...(value === undefined ? {} : { value }) };
}

/** A field, the type to test it as, and the texts that it may hold. */
function pickField(random: Random): readonly [field: string, type: FieldType, texts: readonly string[]] {
  if (random.chance(45)) return [`attributes.${random.pick(ATTRIBUTE_NAMES)}`, random.pick(ATTRIBUTE_TYPES), NAMES];
  if (random.chance(8)) return [random.pick(["consent.email", "consent.sms"]), "string", CONSENT_STATES];
  const [name, type] = random.pick(Object.entries(CUSTOMER_FIELDS));
  const texts: Readonly<Record<string, readonly string[]>> = {
    id: Array.from({ length: 60 }, (_, index) => generatedId(index)),
    email: EMAILS,
    phone: PHONES,
    timeZone: TIME_ZONES,
  };
  return [name, type, texts[name] ?? NAMES];
}

function generateValue(random: Random, type: FieldType, op: Operator, texts: readonly string[]): RuleValue | undefined {
  if (operatorsOn(type)[op]?.valueSchema === undefined) return undefined;
  switch (type) {
    case "string":
      if (op === "in" || op === "notIn") return random.some(texts, 4);
      return op === "eq" || op === "ne" ? random.pick(texts) : pieceOf(random, random.pick(texts));
    case "array":
      return random.some(TAGS, 3);
    case "date":
      return generateDateValue(random, op);
    case "money":
      return generateNumbers(
        random,
        op,
        SPENDS.map((amount) => fromMinorUnits(amount, GENERATED_CONTEXT.currencyDecimals)),
      );
    default:
      return generateNumbers(random, op, [...NUMBERS, ...COUNTS, ...COUNTS]);
  }
}

function generateNumbers(random: Random, op: Operator, pool: readonly number[]): RuleValue {
  if (op === "in" || op === "notIn") return random.some(pool, 4);
  if (op === "between") return [random.pick(pool), random.pick(pool)].sort((a, b) => a - b);
  return random.pick(pool);
}

function generateDateValue(random: Random, op: Operator): RuleValue {
  switch (op) {
    case "on":
      return random.pick(DATES);
    case "between": {
      const first = random.int(DATES.length - 1);
      return [...DATES.slice(first, first + 1), random.pick(DATES.slice(first + 1))];
    }
    case "before":
    case "after":
      return random.pick(TIMES);
    case "anniversaryWithin":
      return { days: random.pick([0, 7, 30]) };
    default:
      return random.pick(DURATIONS);
  }
}

/** A few characters of a text, in one of its cases; whole characters, so that no pair of surrogates is split. */
function pieceOf(random: Random, text: string): string {
  const characters = [...text];
  const from = random.int(Math.max(1, characters.length));
  const piece = characters.slice(from, from + 1 + random.int(4)).join("") || "a";
  return random.pick([piece, piece.toLowerCase(), piece.toUpperCase(), piece.normalize("NFD")]);
}
