import { describe, expect, it } from "vitest";
import { bareCustomer, type StoredCustomer } from "../model/customer.js";
import { generateCustomers } from "../testing/rule-contract/generate-customers.js";
import { generateRules } from "../testing/rule-contract/generate-rules.js";
import type { RuleRow } from "../testing/rule-contract/rule-table.js";
import { TABLES_OF_DATES } from "../testing/rule-contract/tables-of-dates.js";
import { TABLES_OF_GROUPS } from "../testing/rule-contract/tables-of-groups.js";
import { TABLES_OF_TEXT } from "../testing/rule-contract/tables-of-text.js";
import { TABLES_OF_VALUES } from "../testing/rule-contract/tables-of-values.js";
import { GENERATED_CONTEXT } from "../testing/rule-contract/value-pools.js";
import { all, any, attribute, field, not } from "./language/builder.js";
import { OPERATOR_NAMES } from "./language/operators.js";
import type { Rule } from "./language/rule.js";
import { matches } from "./matches.js";
import { parseRule } from "./parse/parse-rule.js";

const rows: readonly RuleRow[] = [...TABLES_OF_GROUPS, ...TABLES_OF_TEXT, ...TABLES_OF_VALUES, ...TABLES_OF_DATES].flatMap(
  (table) => table.rows,
);

function customer(change: object): StoredCustomer {
  return { ...bareCustomer("c", 0), ...change };
}

function holds(rule: Rule, change: object): boolean {
  return matches(rule, customer(change), GENERATED_CONTEXT);
}

function operatorsIn(rule: Rule): readonly string[] {
  if ("all" in rule) return rule.all.flatMap(operatorsIn);
  if ("any" in rule) return rule.any.flatMap(operatorsIn);
  if ("not" in rule) return operatorsIn(rule.not);
  return "field" in rule ? [rule.op] : [];
}

describe("matches", () => {
  it("has the operators of every type in the tables of the contract, which says what each means", () => {
    const seen = new Set(rows.flatMap(([rule]) => operatorsIn(rule)));
    expect(OPERATOR_NAMES.filter((op) => !seen.has(op))).toEqual([]);
  });

  it("reads every rule of the tables as the parser leaves it", () => {
    for (const [rule] of rows) {
      const parsed = parseRule(rule, GENERATED_CONTEXT);
      expect(parsed.ok && parsed.value.rule).toEqual(rule);
    }
  });

  it("includes people who never visited in not (visited in the last month), and leaves them out of notInLast", () => {
    const never = {};
    const longAgo = { lastVisitAt: GENERATED_CONTEXT.now - 90 * 86_400_000 };
    const inLastMonth = field("lastVisitAt").inLast({ months: 1 });
    expect([holds(not(inLastMonth), never), holds(not(inLastMonth), longAgo)]).toEqual([true, true]);
    const notInLast = field("lastVisitAt").notInLast({ months: 1 });
    expect([holds(notInLast, never), holds(notInLast, longAgo)]).toEqual([false, true]);
  });

  it("knows who renews in exactly 30 days on 27 November: those of 27 December and nobody else, whatever the time of day", () => {
    const rule = attribute("renewsAt").isDay({ in: { days: 30 } });
    for (const now of ["00:00:00Z", "09:30:00Z", "23:59:59.999Z"].map((time) => Date.parse(`2026-11-27T${time}`))) {
      const renews = (renewsAt: string) => matches(rule, customer({ attributes: { renewsAt } }), { ...GENERATED_CONTEXT, now });
      const [before, first, last, after] = ["26T23:59:59.999Z", "27T00:00:00Z", "27T23:59:59.999Z", "28T00:00:00Z"];
      expect([before, first, last, after].map((time) => renews(`2026-12-${time}`))).toEqual([false, true, true, false]);
      expect(["2026-12-26", "2026-12-27", "2026-12-28", "2027-12-27"].map(renews)).toEqual([false, true, false, false]);
    }
  });

  it("takes null for missing", () => {
    const nulls = { name: null, attributes: { plan: null } };
    expect(holds(field("name").exists(), nulls)).toBe(false);
    expect(holds(attribute("plan").notExists(), nulls)).toBe(true);
    expect(holds(attribute("plan").isEmpty(), nulls)).toBe(true);
  });

  it("reads attributes by own key only", () => {
    for (const name of ["constructor", "toString", "hasOwnProperty"]) {
      expect(holds(attribute(name).exists(), {})).toBe(false);
      expect(holds(attribute(name).eq("x"), { attributes: { [name]: "x" } })).toBe(true);
    }
  });

  it("compares money in minor units: 0.1 + 0.2 is 0.3", () => {
    expect(holds(field("totalSpend").eq(0.3), { totalSpend: 30 })).toBe(true);
    expect(holds(field("totalSpend").gt(1.15), { totalSpend: 115 })).toBe(false);
    expect(holds(field("totalSpend").gt(10_000), { totalSpend: 1_000_001 })).toBe(true);
  });

  it("counts money in the currency's own decimals", () => {
    const yen = { ...GENERATED_CONTEXT, currencyDecimals: 0 };
    expect(matches(field("totalSpend").gte(1_000), customer({ totalSpend: 1_000 }), yen)).toBe(true);
  });

  it("never throws on data of the wrong type", () => {
    const odd = { tags: "vip", name: 5, lastVisitAt: "2026-03-29", visitCount: [], attributes: { a: { b: 1 }, n: Number.NaN } };
    for (const [rule] of rows) expect(() => holds(rule, odd)).not.toThrow();
    expect(holds(field("tags").includesAny(["vip"]), odd)).toBe(false);
    expect(holds(field("name").contains("5"), odd)).toBe(false);
    expect(holds(field("lastVisitAt").today(), odd)).toBe(false);
    expect(holds(attribute("n").gte(0), odd)).toBe(false);
  });

  it("throws invalid for a rule that the parser would refuse", () => {
    expect(() => holds({ field: "totalSpend", op: "contains", value: "x" }, {})).toThrow(
      expect.objectContaining({ code: "invalid" }),
    );
  });

  it("is everyone for all of nothing, no one for any of nothing, and not is the complement of every generated rule", () => {
    expect([holds(all(), {}), holds(any(), {})]).toEqual([true, false]);
    const customers = generateCustomers(8, 4);
    for (const rule of generateRules(8, 50)) {
      for (const one of customers)
        expect(matches(not(rule), one, GENERATED_CONTEXT)).toBe(!matches(rule, one, GENERATED_CONTEXT));
    }
  });
});
