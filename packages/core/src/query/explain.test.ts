import { describe, expect, it } from "vitest";
import { bareCustomer } from "../model/customer.js";
import { generateCustomers } from "../testing/generate-customers.js";
import { generateRules } from "../testing/generate-rules.js";
import { GENERATED_CONTEXT } from "../testing/value-pools.js";
import { all, any, attribute, field, not } from "./builder.js";
import { type Explanation, explain } from "./explain.js";
import { matches } from "./matches.js";
import type { Rule } from "./rule.js";

const context = GENERATED_CONTEXT;
const customer = {
  ...bareCustomer("c1", 0),
  totalSpend: 1_250_050,
  lastVisitAt: Date.parse("2026-03-01T09:00:00Z"),
  attributes: { plan: "pro", renewsOn: "2026-03-30" },
};

/** The tree's own verdict at every node, against `matches` of the same part of the rule. */
function expectAgreement(rule: Rule, told: Explanation, who: typeof customer): void {
  expect(told.matches).toBe(matches(rule, who, context));
  const children = "all" in rule ? rule.all : "any" in rule ? rule.any : "not" in rule ? [rule.not] : [];
  const toldChildren = told.kind === "test" ? [] : told.children;
  expect(toldChildren).toHaveLength(children.length);
  for (const [index, child] of children.entries()) {
    const toldChild = toldChildren[index];
    if (toldChild) expectAgreement(child, toldChild, who);
  }
}

describe("explain", () => {
  it("shows the value seen and the verdict at each node", () => {
    const rule = all(field("totalSpend").gt(10_000), not(field("name").exists()), any(attribute("plan").eq("max")));
    expect(explain(rule, customer, context)).toEqual({
      kind: "all",
      matches: false,
      children: [
        { kind: "test", matches: true, test: { field: "totalSpend", op: "gt", value: 10_000 }, seen: 12_500.5 },
        {
          kind: "not",
          matches: true,
          children: [{ kind: "test", matches: false, test: { field: "name", op: "exists" }, seen: null }],
        },
        {
          kind: "any",
          matches: false,
          children: [{ kind: "test", matches: false, test: { field: "attributes.plan", op: "eq", value: "max" }, seen: "pro" }],
        },
      ],
    });
  });

  it("shows dates in UTC, with the window they were held against", () => {
    expect(explain(field("lastVisitAt").notInLast({ days: 7 }), customer, context)).toEqual({
      kind: "test",
      matches: true,
      test: { field: "lastVisitAt", op: "notInLast", value: { days: 7 } },
      seen: "2026-03-01T09:00:00.000Z",
      windows: [{ from: "2026-03-22T12:00:00.000Z", to: "2026-03-29T11:00:00.000Z" }],
    });
    expect(explain(attribute("renewsOn").after("2026-03-29"), customer, context)).toMatchObject({
      matches: true,
      seen: "2026-03-30",
      windows: [{ from: "2026-03-29T23:00:00.000Z", to: null }],
    });
  });

  it("agrees with matches at every node of generated rules", () => {
    const customers = generateCustomers(6, 3) as readonly (typeof customer)[];
    for (const rule of generateRules(6, 60)) {
      for (const one of customers) expectAgreement(rule, explain(rule, one, context), one);
    }
  });

  it("is plain JSON", () => {
    const told = explain(all(field("tags").isEmpty(), field("createdAt").thisYear()), customer, context);
    expect(JSON.parse(JSON.stringify(told))).toEqual(told);
  });
});
