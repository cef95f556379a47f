import { ATTRIBUTE_TYPES } from "../../model/attribute.js";
import { CHANNELS } from "../../model/channel.js";
import { fromMinorUnits } from "../../model/money.js";
import { CUSTOMER_FIELDS, type FieldType, ITEM_FIELDS, ORDER_FIELDS } from "../../query/language/fields.js";
import { comparisonsOf, MEASURE_NAMES, MEASURES, MESSAGE_COUNTS } from "../../query/language/measures.js";
import { MESSAGE_EVENT_NAMES } from "../../query/language/message-events.js";
import { type Operator, operatorsOn, type RuleValue } from "../../query/language/operators.js";
import type { Comparison, FieldTest, Leaf, MessagesTest, OrdersQuery, Rule } from "../../query/language/rule.js";
import { type Random, seededRandom } from "../seeded-random.js";
import { generatedId } from "./generate-customers.js";
import { orderId } from "./generate-history.js";
import {
  AMOUNTS,
  ATTRIBUTE_NAMES,
  CAMPAIGN_IDS,
  CATEGORIES,
  COUNTS,
  DATES,
  DAYS_FROM_TODAY,
  DURATIONS,
  EMAILS,
  GENERATED_CONTEXT,
  NAMES,
  NUMBERS,
  PHONES,
  PRICES,
  QUANTITIES,
  SALES_CHANNELS,
  SKUS,
  SPENDS,
  TAGS,
  TIME_ZONES,
  TIMES,
} from "./value-pools.js";

const CONSENT_STATES: readonly string[] = ["subscribed", "withdrawn"];
const MAX_GROUP_DEPTH = 3;

/**
 * The same rules for the same seed, over the whole language, each one valid, for `GENERATED_CONTEXT`, to whose segments they
 * refer. Many meet some of the generated customers and not others.
 */
export function generateRules(seed: number, count: number): readonly Rule[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => generateRule(random, 0, generateLeaf));
}

function generateRule(random: Random, depth: number, leaf: (random: Random) => Leaf): Rule {
  if (depth === MAX_GROUP_DEPTH || random.chance(45)) return leaf(random);
  const children = (): readonly Rule[] => Array.from({ length: random.int(4) }, () => generateRule(random, depth + 1, leaf));
  if (random.chance(30)) return { not: generateRule(random, depth + 1, leaf) };
  return random.chance(40) ? { all: children() } : { any: children() };
}

function generateLeaf(random: Random): Leaf {
  if (random.chance(55)) return generateTest(random, pickField(random));
  if (random.chance(60)) return { orders: generateOrdersQuery(random) };
  if (random.chance(50)) return generateMessagesTest(random);
  if (random.chance(60)) return { segment: random.pick(Object.keys(GENERATED_CONTEXT.segments)) };
  const percent = random.pick([0, 0.01, 12.5, 33.33, 50, 99.99, 100]);
  return { sample: { percent, ...(random.chance(80) ? { seed: random.pick<string | number>(["", "a", "ü", 7, "8"]) } : {}) } };
}

function generateOrdersQuery(random: Random): OrdersQuery {
  const measure = random.pick(MEASURE_NAMES);
  const { type } = MEASURES[measure];
  return {
    ...(random.chance(60)
      ? { where: generateRule(random, random.pick([1, 2, 3]), (inner) => generateTest(inner, pickOrderField(inner))) }
      : {}),
    ...(random.chance(40) ? { within: random.pick(DURATIONS) } : {}),
    [measure]: generateComparison(random, type, comparisonsOf(measure), measure === "count" ? COUNTS : undefined),
  };
}

function generateMessagesTest(random: Random): MessagesTest {
  return {
    messages: {
      event: random.pick(MESSAGE_EVENT_NAMES),
      ...(random.chance(40) ? { campaign: random.pick([...CAMPAIGN_IDS, "k0"]) } : {}),
      ...(random.chance(50) ? { within: random.pick(DURATIONS) } : {}),
      ...(random.chance(60) ? { count: generateComparison(random, "number", MESSAGE_COUNTS, COUNTS) } : {}),
    },
  };
}

function generateComparison(
  random: Random,
  type: FieldType,
  operators: Readonly<Record<string, unknown>>,
  numbers?: readonly number[],
): Comparison {
  const op = random.pick(Object.keys(operators)) as Operator;
  return { [op]: generateValue(random, { name: "", type, texts: NAMES, ...(numbers ? { numbers } : {}) }, op) ?? true };
}

/** A field, the type to test it as, and what it may hold. */
interface PickedField {
  readonly name: string;
  readonly type: FieldType;
  readonly texts: readonly string[];
  readonly numbers?: readonly number[];
}

function generateTest(random: Random, field: PickedField): FieldTest {
  const op = random.pick(Object.keys(operatorsOn(field.type))) as Operator;
  const value = generateValue(random, field, op);
  return { field: field.name, op, ...(value === undefined ? {} : { value }) };
}

function pickField(random: Random): PickedField {
  if (random.chance(45)) {
    return { name: `attributes.${random.pick(ATTRIBUTE_NAMES)}`, type: random.pick(ATTRIBUTE_TYPES), texts: NAMES };
  }
  if (random.chance(8)) return { name: `consent.${random.pick(CHANNELS)}`, type: "string", texts: CONSENT_STATES };
  const [name, type] = random.pick(Object.entries(CUSTOMER_FIELDS));
  const texts: Readonly<Record<string, readonly string[]>> = {
    id: Array.from({ length: 60 }, (_, index) => generatedId(index)),
    email: EMAILS,
    phone: PHONES,
    timeZone: TIME_ZONES,
  };
  return { name, type, texts: texts[name] ?? NAMES };
}

function pickOrderField(random: Random): PickedField {
  const [name, type] = random.pick(Object.entries({ ...ORDER_FIELDS, ...ITEM_FIELDS }));
  const texts: Readonly<Record<string, readonly string[]>> = {
    id: Array.from({ length: 60 }, (_, index) => orderId(generatedId(index), index % 3)),
    type: ["purchase", "refund"],
    status: ["placed", "cancelled"],
    currency: [GENERATED_CONTEXT.currency, "EUR"],
    channel: SALES_CHANNELS,
    sku: SKUS,
    category: CATEGORIES,
  };
  const numbers = name === "quantity" ? QUANTITIES : PRICES;
  return { name, type, texts: texts[name] ?? NAMES, numbers };
}

function generateValue(random: Random, { type, texts, numbers }: PickedField, op: Operator): RuleValue | undefined {
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
        [...SPENDS, ...AMOUNTS].map((amount) => fromMinorUnits(amount, GENERATED_CONTEXT.currencyDecimals)),
      );
    default:
      return generateNumbers(random, op, numbers ?? [...NUMBERS, ...COUNTS, ...COUNTS]);
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
      return [...DATES.slice(first, first + 1), random.pick(DATES.slice(first))];
    }
    case "before":
    case "after":
      return random.pick(TIMES);
    case "isDay":
      return random.pick(DAYS_FROM_TODAY);
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
