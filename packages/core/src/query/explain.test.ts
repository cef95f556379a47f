import { describe, expect, it } from "vitest";
import { bareCustomer } from "../model/customer.js";
import type { StoredOrder } from "../model/order.js";
import { generateCustomers } from "../testing/rule-contract/generate-customers.js";
import { generateRules } from "../testing/rule-contract/generate-rules.js";
import { GENERATED_CONTEXT } from "../testing/rule-contract/value-pools.js";
import type { Subject } from "./condition/subject.js";
import { type Explanation, explain as explainLowered } from "./explain.js";
import { all, any, attribute, field, messages, not, orderField, orders, sample, segment } from "./language/builder.js";
import type { Rule } from "./language/rule.js";
import { lower } from "./lower-rule.js";
import { matches } from "./matches.js";
import { parseRule } from "./parse/parse-rule.js";

const context = GENERATED_CONTEXT;
const customer = {
  ...bareCustomer("c1", 0),
  totalSpend: 1_250_050,
  lastVisitAt: Date.parse("2026-03-01T09:00:00Z"),
  attributes: { plan: "pro", renewsOn: "2026-03-30" },
};

function explain(rule: Rule, subject: Subject): Explanation {
  const parsed = parseRule(rule, context);
  if (!parsed.ok) throw new TypeError(JSON.stringify(parsed.issues));
  return explainLowered(lower(parsed.value, context), subject, context.currencyDecimals);
}

/** The tree's own verdict at every node, against `matches` of the same part of the rule. */
function expectAgreement(rule: Rule, told: Explanation, who: Subject): void {
  expect(told.matches).toBe(matches(rule, who, context));
  const children = "all" in rule ? rule.all : "any" in rule ? rule.any : "not" in rule ? [rule.not] : [];
  const toldChildren = "children" in told ? told.children : [];
  expect(toldChildren).toHaveLength(children.length);
  for (const [index, child] of children.entries()) {
    const toldChild = toldChildren[index];
    if (toldChild) expectAgreement(child, toldChild, who);
  }
}

describe("explain", () => {
  it("shows the value seen and the verdict at each node", () => {
    const rule = all(field("totalSpend").gt(10_000), not(field("name").exists()), any(attribute("plan").eq("max")));
    expect(explain(rule, customer)).toEqual({
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
    expect(explain(field("lastVisitAt").notInLast({ days: 7 }), customer)).toEqual({
      kind: "test",
      matches: true,
      test: { field: "lastVisitAt", op: "notInLast", value: { days: 7 } },
      seen: "2026-03-01T09:00:00.000Z",
      windows: [{ from: "2026-03-22T12:00:00.000Z", to: "2026-03-29T11:00:00.000Z" }],
    });
    expect(explain(attribute("renewsOn").after("2026-03-29"), customer)).toMatchObject({
      matches: true,
      seen: "2026-03-30",
      windows: [{ from: "2026-03-29T23:00:00.000Z", to: null }],
    });
  });

  it("shows the one day of isDay, in the zone", () => {
    expect(explain(attribute("renewsOn").isDay({ in: { days: 1 } }), customer)).toEqual({
      kind: "test",
      matches: true,
      test: { field: "attributes.renewsOn", op: "isDay", value: { in: { days: 1 } } },
      seen: "2026-03-30",
      windows: [{ from: "2026-03-29T23:00:00.000Z", to: "2026-03-30T23:00:00.000Z" }],
    });
  });

  it("shows the measure of orders, which of them counted, and the window", () => {
    const order = (id: string, day: number, amount: number, sku: string): StoredOrder => ({
      id,
      customerId: "c1",
      type: "purchase",
      status: "placed",
      amount,
      currency: "USD",
      placedAt: Date.UTC(2026, 2, day, 12),
      items: [{ sku, quantity: 1, price: 1 }],
    });
    const buyer = { ...customer, orders: [order("o1", 1, 1_001, "a"), order("o2", 28, 2_000, "a"), order("o3", 28, 50, "b")] };
    const lamps = { where: orderField("sku").eq("a"), within: { days: 30 } };
    expect(explain(orders(lamps).count.gte(3), buyer)).toEqual({
      kind: "orders",
      matches: false,
      test: { orders: { where: { field: "sku", op: "eq", value: "a" }, within: { days: 30 }, count: { gte: 3 } } },
      seen: 2,
      within: { from: "2026-02-27T12:00:00.000Z", to: "2026-03-29T11:00:00.000Z" },
      orders: {
        of: 3,
        counted: 2,
        newest: [
          { id: "o3", placedAt: "2026-03-28T12:00:00.000Z", counts: false },
          { id: "o2", placedAt: "2026-03-28T12:00:00.000Z", counts: true },
          { id: "o1", placedAt: "2026-03-01T12:00:00.000Z", counts: true },
        ],
      },
    });
    const seen = (rule: Rule) => {
      const told = explain(rule, buyer);
      return [told.matches, "seen" in told ? told.seen : undefined];
    };
    expect(seen(orders(lamps).sum.gt(30))).toEqual([true, 30.01]);
    expect(seen(orders(lamps).avg.lte(15))).toEqual([false, 15.005]);
    expect(seen(orders({ within: { hours: 1 } }).avg.lte(15))).toEqual([false, null]);
    expect(seen(orders().max.eq(20))).toEqual([true, 20]);
    expect(seen(orders().last.today())).toEqual([false, "2026-03-28T12:00:00.000Z"]);
    expect(explain(orders().last.yesterday(), buyer)).toMatchObject({
      matches: true,
      windows: [{ from: "2026-03-28T00:00:00.000Z", to: "2026-03-29T00:00:00.000Z" }],
    });
  });

  it("shows messages counted, a place in a sample, and the tree of a segment referred to", () => {
    const reader = { ...customer, messages: [{ campaignId: "k1", evidence: { opened: Date.UTC(2026, 2, 29, 10) } }] };
    expect(explain(messages("opened", { within: { hours: 2 } }), reader)).toMatchObject({
      kind: "messages",
      matches: true,
      seen: 1,
      within: { from: "2026-03-29T09:00:00.000Z", to: "2026-03-29T11:00:00.000Z" },
    });
    const told = explain(sample(50, "x"), reader);
    expect("seen" in told && typeof told.seen === "number" && told.seen < 50).toBe(told.matches);
    expect(explain(not(segment("nested")), reader)).toMatchObject({
      kind: "not",
      matches: false,
      children: [
        {
          kind: "segment",
          segment: "nested",
          matches: true,
          tree: { kind: "all", children: [{ segment: "big", tree: { kind: "test", seen: 12_500.5 } }, { kind: "not" }] },
        },
      ],
    });
  });

  it("agrees with matches at every node of generated rules", () => {
    const customers = generateCustomers(6, 3);
    for (const rule of generateRules(6, 60)) {
      for (const one of customers) expectAgreement(rule, explain(rule, one), one);
    }
  });

  it("is plain JSON", () => {
    const told = explain(all(field("tags").isEmpty(), field("createdAt").thisYear()), customer);
    expect(JSON.parse(JSON.stringify(told))).toEqual(told);
  });
});
