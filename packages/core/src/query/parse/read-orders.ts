import type { Parsed } from "../../model/edge.js";
import type { Condition, FieldRef, OrdersRef, TimeRange } from "../condition/condition.js";
import { inLast, type RuleClock } from "../condition/resolve-dates.js";
import { duration } from "../language/durations.js";
import { isObject, owned, refuse, under, unknownKeys } from "../language/json-paths.js";
import { comparisonsOf, MEASURE_NAMES, type Measure } from "../language/measures.js";
import type { MoneyContext } from "../language/operands.js";
import type { OrdersTest, Rule } from "../language/rule.js";
import { readComparison } from "./read-comparison.js";

/** A measure over orders that is understood: a clean copy, and what it means at a time. */
export interface ReadOrders {
  readonly test: OrdersTest;
  lower(clock: RuleClock): LoweredOrders;
}

export interface LoweredOrders {
  readonly kind: "orders";
  readonly test: OrdersTest;
  readonly condition: Condition;
  readonly measure: Measure;
  /** Which orders count. */
  readonly where: Condition;
  /** When they were placed, if that is limited. */
  readonly window?: TimeRange;
}

/** Reads `where`: a rule over the fields of an order and one of its items. Paths of issues begin at what `orders` holds. */
export type ReadWhere = (input: unknown) => Parsed<{ readonly rule: Rule; lower(clock: RuleClock): Condition }>;

const PLACED_AT: FieldRef = { of: "order", name: "placedAt", type: "date" };
/** What an order must be to count, by the field that `where` names to say otherwise. */
const UNLESS_NAMED: readonly (readonly ["type" | "status", string])[] = [
  ["type", "purchase"],
  ["status", "placed"],
];

/** Reads what `orders` holds. Paths of issues begin there. */
export function readOrders(input: unknown, readWhere: ReadWhere, money: MoneyContext): Parsed<ReadOrders> {
  if (!isObject(input)) return refuse("", `must be an object with one of ${MEASURE_NAMES.join(", ")}`);
  const unknown = unknownKeys(
    input,
    ["where", "within", ...MEASURE_NAMES],
    `orders has where, within and one of ${MEASURE_NAMES.join(", ")}`,
  );
  if (unknown) return unknown;
  const [measure, ...others] = MEASURE_NAMES.filter((name) => Object.hasOwn(input, name));
  if (measure === undefined) return refuse("", `must have one of ${MEASURE_NAMES.join(", ")}`);
  if (others[0] !== undefined) return refuse(others[0], `must not stand beside ${measure}: nest two orders in all`);
  const where = Object.hasOwn(input, "where") ? readWhere(input.where) : undefined;
  const within = Object.hasOwn(input, "within") ? under("within", duration.read(input.within, money)) : undefined;
  const comparison = under(measure, readComparison(owned(input, measure), comparisonsOf(measure), money));
  if (where?.ok === false || within?.ok === false || !comparison.ok) {
    return { ok: false, issues: [where, within, comparison].flatMap((part) => (part?.ok === false ? part.issues : [])) };
  }
  const test: OrdersTest = {
    orders: {
      ...(where ? { where: where.value.rule } : {}),
      ...(within ? { within: within.value.plain } : {}),
      [measure]: comparison.value.plain,
    },
  };
  const usual = UNLESS_NAMED.flatMap(([name, value]): readonly Condition[] =>
    where && names(where.value.rule, name)
      ? []
      : [{ kind: "textIn", field: { of: "order", name, type: "text" }, values: [value] }],
  );
  const lower = (clock: RuleClock): LoweredOrders => {
    const window = within && inLast(within.value.meaning, clock);
    const counted: Condition = {
      kind: "all",
      of: [
        ...usual,
        ...(window ? [{ kind: "within", field: PLACED_AT, ranges: [window] } as const] : []),
        ...(where ? [where.value.lower(clock)] : []),
      ],
    };
    const condition =
      measure === "avg"
        ? againstAverage(comparison.value.lower(sumOver(0, counted), clock), counted)
        : comparison.value.lower({ of: "orders", measure, where: counted }, clock);
    return { kind: "orders", test, condition, measure, where: counted, ...(window ? { window } : {}) };
  };
  return { ok: true, value: { test, lower } };
}

function names(where: Rule, field: string): boolean {
  if ("all" in where) return where.all.some((part) => names(part, field));
  if ("any" in where) return where.any.some((part) => names(part, field));
  if ("not" in where) return names(where.not, field);
  return "field" in where && where.field === field;
}

function sumOver(base: number, where: Condition): OrdersRef {
  // Plus 0, so that -0 is 0.
  return { of: "orders", measure: "excess", base: base + 0, where };
}

/** An average compared with an amount is the sum of what is over that amount, compared with zero: nothing is divided. */
function againstAverage(condition: Condition, where: Condition): Condition {
  switch (condition.kind) {
    case "all":
    case "any":
      return { kind: condition.kind, of: condition.of.map((part) => againstAverage(part, where)) };
    case "not":
      return { kind: "not", of: againstAverage(condition.of, where) };
    case "compare":
      return { ...condition, field: sumOver(condition.value, where), value: 0 };
    case "numberIn":
      return {
        kind: "any",
        of: condition.values.map((value) => ({ kind: "numberIn", field: sumOver(value, where), values: [0] })),
      };
    case "present":
    case "typed":
    case "textIn":
    case "textLike":
    case "is":
    case "within":
    case "includes":
    case "empty":
      return condition;
  }
}
