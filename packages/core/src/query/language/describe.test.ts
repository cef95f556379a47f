import { expect, it } from "vitest";
import { generateRules } from "../../testing/rule-contract/generate-rules.js";
import { all, any, attribute, consent, field, messages, not, orderField, orders, sample, segment } from "./builder.js";
import { type DescribeOptions, describe } from "./describe.js";
import type { Rule } from "./rule.js";

it.each<[Rule, string, DescribeOptions?]>([
  [
    all(field("totalSpend").gt(10_000), not(field("lastVisitAt").inLast({ months: 1 }))),
    "spent over 10,000 and not seen in the last month",
  ],
  [field("totalSpend").between(10, 99.5), "spent between 10 USD and 99.5 USD", { currency: "USD" }],
  [
    orders({ where: orderField("sku").eq("85123A"), within: { days: 90 } }).count.gte(3),
    "bought at least 3 times in the last 90 days where sku is 85123A",
  ],
  [orders().count.eq(0), "never bought"],
  [orders({ within: { years: 1 } }).count.eq(1), "bought exactly once in the last year"],
  [orders({ within: { weeks: 2 } }).sum.gte(50), "spent at least 50 EUR in the last 2 weeks", { currency: "EUR" }],
  [orders().avg.lt(20), "spent on average under 20"],
  [orders().max.gt(500), "the largest order was over 500"],
  [orders().last.olderThan({ months: 6 }), "last bought more than 6 months ago"],
  [orders().first.thisYear(), "first bought this year"],
  [orders({ where: orderField("category").eq("light") }).last.notExists(), "never bought where category is light"],
  [messages("opened", { campaign: "k1", within: { days: 7 } }), 'opened a message of the campaign "k1" in the last 7 days'],
  [messages("messaged", { count: { eq: 0 } }), "was never messaged"],
  [messages("clicked", { count: { gte: 2 } }), "clicked in a message at least twice"],
  [segment("s1"), 'in the segment "VIP"', { segmentName: () => "VIP" }],
  [sample(10, "spring"), "in a stable sample of 10 % (spring)"],
  [
    not(any(field("tags").includesAny(["vip", "two words"]), field("email").notExists())),
    'not (tags includes any of vip, "two words" or has no email)',
  ],
  [
    all(any(field("visitCount").gte(5), attribute("plan").in(["pro", "max"])), consent("sms").eq("subscribed")),
    "(number of visits is at least 5 or plan is one of pro, max) and consent to sms is subscribed",
  ],
  [field("lastVisitAt").notExists(), "has never been seen"],
  [field("lastVisitAt").exists(), "has been seen"],
  [field("totalSpend").notExists(), "has never spent"],
  [attribute("{value}").eq("{subject}"), '{value} is "{subject}"'],
  [field("lastVisitAt").between("2026-01-01", "2026-01-31"), "seen between 2026-01-01 and the end of 2026-01-31"],
  [field("lastVisitAt").between("2026-01-01", "2026-01-31T09:00"), "seen between 2026-01-01 and 2026-01-31T09:00 (not included)"],
  [orders().count.between(1, 3), "bought between 1 and 3 times"],
  [
    orders({ where: orderField("amount").gte(10) }).count.ne(2),
    "bought not exactly twice where amount is at least 10 EUR",
    { currency: "EUR" },
  ],
  [field("lastOrderAt").notInLast({ days: 30 }), "last ordered at some time but not in the last 30 days"],
  [attribute("seen").notInLast({ hours: 1 }), "seen is a date that is not in the last hour"],
  [attribute("born").anniversaryWithin({ days: 7 }), "born has its anniversary today or in the next 7 days"],
  [attribute("renewsOn").inNext({ days: 14 }), "renewsOn is in the next 14 days"],
  [attribute("renewsAt").isDay({ in: { days: 30 } }), "renewsAt is on the day 30 days from today"],
  [field("lastOrderAt").isDay({ ago: { months: 1 } }), "last ordered on the day 1 month ago"],
  [orders().first.isDay({ ago: { years: 2 } }), "first bought on the day 2 years ago"],
  [attribute("vip").isTrue(), "vip is true"],
  [field("tags").isEmpty(), "tags is empty"],
  [attribute("n").in([1, 2, 3, 4, 5, 6, 1_007]), "n is one of 1, 2, 3, 4, 5 and 2 more"],
  [all(), "everyone"],
  [any(), "no one"],
  [not(all()), "not everyone"],
])("says %j in words", (rule, words, options) => {
  expect(describe(rule, options)).toBe(words);
});

it("has words for every generated rule, and other words for its complement", () => {
  for (const rule of generateRules(12, 500)) {
    const words = describe(rule);
    expect(words.length).toBeGreaterThan(3);
    expect(words).not.toMatch(/undefined|\[object|NaN/);
    expect(describe({ not: rule })).not.toBe(words);
  }
});
