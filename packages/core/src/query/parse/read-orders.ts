import type { Parsed } from "../../model/edge.js";
import type { Condition, FieldRef, OrdersRef, TimeRange } from "../condition/condition.js";
import { inLast, type RuleClock } from "../condition/resolve-dates.js";
import { duration } from "../language/durations.js";
import { isObject, owned, refuse, under, unknownKeys } from "../language/json-paths.js";
import { comparisonsOf, MEASURE_NAMES, type Measure } from "../language/measures.js";
import type { MoneyContext } from "../language/operands.js";
import type { OrdersTest, Rule } from "../language/rule.js";
import { readComparison } from "./read-comparison.js";

/** A measure over orders that is understood. */
export interface ReadOrders {
  readonly test: OrdersTest;
  readonly measure: Measure;
  /** Which orders count. */
  where(clock: RuleClock): Condition;
  /** When they were placed, if that is limited. */
  window(clock: RuleClock): TimeRange | undefined;
  lower(clock: RuleClock): Condition;
}

/** Reads a rule over the fields of an order and one of its items. */
export type ReadWhere = (input: unknown) => Parsed<{ readonly rule: Rule; lower(clock: RuleClock): Condition }>;

const PLACED_AT: FieldRef = { of: "order", name: "placedAt", type: "date" };
const PURCHASES: Condition = { kind: "textIn", field: { of: "order", name: "type", type: "text" }, values: ["purchase"] };

/** Reads what `orders` holds. Issues are told from there. */
export function readOrders(input: unknown, readWhere: ReadWhere, money: MoneyContext): Parsed<ReadOrders> {
  if (!isObject(input)) return refuse("", `must be an object with one of ${MEASURE_NAMES.join(", ")}`);
  const strangers = unknownKeys(
    input,
    ["where", "within", ...MEASURE_NAMES],
    `orders has where, within and one of ${MEASURE_NAMES.join(", ")}`,
  );
  if (strangers) return strangers;
  const [measure, ...others] = MEASURE_NAMES.filter((name) => Object.hasOwn(input, name));
  if (measure === undefined) return refuse("", `must have one of ${MEASURE_NAMES.join(", ")}`);
  if (others[0] !== undefined) return refuse(others[0], `must not stand beside ${measure}: nest two orders in all`);
  const where = Object.hasOwn(input, "where") ? under("where", readWhere(input.where)) : undefined;
  const within = Object.hasOwn(input, "within") ? under("within", duration.read(input.within, money)) : undefined;
  const comparison = under(measure, readComparison(owned(input, measure), comparisonsOf(measure), money));
  if (where?.ok === false || within?.ok === false || !comparison.ok) {
    return { ok: false, issues: [where, within, comparison].flatMap((part) => (part?.ok === false ? part.issues : [])) };
  }
  const counted = (clock: RuleClock): Condition => ({
    kind: "all",
    of: [
      ...(where && namesType(where.value.rule) ? [] : [PURCHASES]),
      ...(within ? [{ kind: "within", field: PLACED_AT, ranges: [inLast(within.value.meaning, clock)] } as const] : []),
      ...(where ? [where.value.lower(clock)] : []),
    ],
  });
  return {
    ok: true,
    value: {
      test: {
        orders: {
          ...(where ? { where: where.value.rule } : {}),
          ...(within ? { within: within.value.plain } : {}),
          [measure]: comparison.value.plain,
        },
      },
      measure,
      where: counted,
      window: (clock) => within && inLast(within.value.meaning, clock),
      lower: (clock) => {
        if (measure !== "avg") return comparison.value.lower({ of: "orders", measure: measure, where: counted(clock) }, clock);
        const sum: OrdersRef = { of: "orders", measure: "excess", base: 0, where: counted(clock) };
        return againstAverage(comparison.value.lower(sum, clock), sum);
      },
    },
  };
}

/** Whether a rule over an order says which types it means. */
function namesType(where: Rule): boolean {
  if ("all" in where) return where.all.some(namesType);
  if ("any" in where) return where.any.some(namesType);
  if ("not" in where) return namesType(where.not);
  return "field" in where && where.field === "type";
}

/** An average compared with an amount is the sum of what is over that amount, compared with zero: nothing is divided. */
function againstAverage(condition: Condition, sum: OrdersRef): Condition {
  const over = (base: number): OrdersRef => ({ ...sum, base: base + 0 });
  switch (condition.kind) {
    case "all":
    case "any":
      return { kind: condition.kind, of: condition.of.map((part) => againstAverage(part, sum)) };
    case "not":
      return { kind: "not", of: againstAverage(condition.of, sum) };
    case "compare":
      return { ...condition, field: over(condition.value), value: 0 };
    case "numberIn":
      return { kind: "any", of: condition.values.map((value) => ({ kind: "numberIn", field: over(value), values: [0] })) };
    default:
      return condition;
  }
}
