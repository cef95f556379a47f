import { describe, expect, it } from "vitest";
import { generateRules } from "../../testing/rule-contract/generate-rules.js";
import { GENERATED_CONTEXT } from "../../testing/rule-contract/value-pools.js";
import { all, any, attribute, field, not, orderField, orders, segment } from "../language/builder.js";
import { MAX_RULE_COST } from "../language/limits.js";
import type { Rule } from "../language/rule.js";
import { lowerRule } from "../lower-rule.js";
import { referenceIssue } from "./references.js";

const LEAF = field("name").exists();
const birthday = attribute("born").anniversaryWithin({ days: 366 });
const anniversary = orders({ where: orderField("placedAt").anniversaryWithin({ days: 366 }) }).count.gte(1);

const times = (count: number, rule: Rule): readonly Rule[] => Array.from({ length: count }, () => rule);
const segments = (rules: Readonly<Record<string, Rule>>) =>
  Object.fromEntries(Object.entries(rules).map(([id, rule]) => [id, { rule, timeZone: "UTC" }]));

describe("a rule's cost", () => {
  it.each<readonly [string, Rule]>([
    ["199 tests of fields", all(...times(199, LEAF))],
    ["99 tests of orders", any(...times(99, orders({ where: orderField("sku").eq("a") }).count.gte(3)))],
    [
      "one test of orders, with all that a where can hold",
      orders({ where: all(...times(198, orderField("sku").exists())) }).sum.gt(1),
    ],
    ["thirty birthdays", any(...times(30, birthday))],
    ["five anniversaries of orders", any(...times(5, anniversary))],
    ["an average among many", orders({}).avg.in(Array.from({ length: 900 }, (_, index) => index))],
  ])("admits %s", (_, rule) => {
    expect(referenceIssue(rule, {})).toBeUndefined();
  });

  it.each<readonly [string, Rule, string]>([
    ["66 anniversaries of orders", any(...times(66, anniversary)), "any.0.orders.where"],
    ["66 of the latest order", any(...times(66, orders({}).last.anniversaryWithin({ days: 366 }))), "any.0"],
    ["199 birthdays", any(...times(199, birthday)), "any.0"],
    [
      "averages among many, each with a where",
      all(
        LEAF,
        orders({ where: orderField("sku").eq("a"), within: { days: 9 } }).avg.in(Array.from({ length: 900 }, (_, i) => i)),
      ),
      "all.1.orders.where",
    ],
    ["a segment of anniversaries that is referred to twice", all(LEAF, segment("a"), not(segment("a"))), "all.1"],
  ])("refuses %s, at the most expensive part", (_, rule, path) => {
    const issue = referenceIssue(rule, segments({ a: any(...times(4, anniversary)) }));
    expect(issue?.message).toMatch(
      /^is too expensive: the rule costs [\d,]+ units, [\d,]+ of them here, and a rule costs at most 5,000/,
    );
    expect(issue?.path).toBe(path);
  });

  it("counts each reference with the rule behind it", () => {
    const known = segments({ a: any(...times(4, anniversary)) });
    expect(referenceIssue(segment("a"), known)).toBeUndefined();
    expect(referenceIssue(any(segment("a"), segment("a")), known)).toMatchObject({
      message: expect.stringContaining("too expensive"),
    });
  });

  it("of generated rules is within the limit", () => {
    for (const rule of generateRules(77, 300)) {
      expect(referenceIssue(rule, GENERATED_CONTEXT.segments ?? {})).toBeUndefined();
    }
  });

  it("is the same on every day, so that a rule that was saved can be launched", () => {
    const rule = any(...times(7, anniversary));
    for (const now of [Date.UTC(2026, 0, 1), Date.UTC(2028, 1, 29), Date.UTC(2099, 11, 31)]) {
      expect(lowerRule(rule, { now, timeZone: "UTC", currencyDecimals: 2 })).toBeDefined();
    }
    expect(MAX_RULE_COST).toBe(5_000);
  });
});
