import { describe, expect, expectTypeOf, it } from "vitest";
import { parseRule } from "../parse/parse-rule.js";
import {
  all,
  any,
  attribute,
  attributesOf,
  consent,
  field,
  messages,
  not,
  orderField,
  orders,
  sample,
  segment,
} from "./builder.js";
import type { DayFromToday, Duration } from "./durations.js";
import { OPERATOR_NAMES } from "./operators.js";
import type { FieldTest, OrdersTest } from "./rule.js";

describe("the rule builder", () => {
  it("writes the plain JSON that the parser reads", () => {
    const rule = all(
      field("totalSpend").gt(10_000),
      not(field("lastVisitAt").inLast({ months: 1 })),
      any(attribute("plan.tier").in(["pro", "max"]), consent("sms").eq("subscribed"), field("tags").isEmpty()),
      attribute("score").between(1, 5),
      attribute("born").anniversaryWithin({ days: 7 }),
      field("lastOrderAt").isDay({ ago: { months: 1 } }),
    );
    const plain = {
      all: [
        { field: "totalSpend", op: "gt", value: 10_000 },
        { not: { field: "lastVisitAt", op: "inLast", value: { months: 1 } } },
        {
          any: [
            { field: "attributes.plan.tier", op: "in", value: ["pro", "max"] },
            { field: "consent.sms", op: "eq", value: "subscribed" },
            { field: "tags", op: "isEmpty" },
          ],
        },
        { field: "attributes.score", op: "between", value: [1, 5] },
        { field: "attributes.born", op: "anniversaryWithin", value: { days: 7 } },
        { field: "lastOrderAt", op: "isDay", value: { ago: { months: 1 } } },
      ],
    };
    expect(rule).toEqual(plain);
    const parsed = parseRule(rule, { currency: "USD", currencyDecimals: 2 });
    expect(parsed.ok && parsed.value.rule).toEqual(plain);
  });

  it("writes orders, messages, samples and segments as the parser reads them", () => {
    const rule = all(
      orders({ where: all(orderField("sku").eq("85123A"), orderField("amount").gt(5)), within: { days: 90 } }).count.gte(3),
      orders().last.thisMonth(),
      orders().avg.between(1, 2.5),
      messages("opened"),
      messages("clicked", { campaign: "k1", within: { weeks: 1 }, count: { between: [1, 2] } }),
      sample(12.5, "spring"),
      sample(10),
      segment("vip"),
    );
    const plain = {
      all: [
        {
          orders: {
            where: {
              all: [
                { field: "sku", op: "eq", value: "85123A" },
                { field: "amount", op: "gt", value: 5 },
              ],
            },
            within: { days: 90 },
            count: { gte: 3 },
          },
        },
        { orders: { last: { thisMonth: true } } },
        { orders: { avg: { between: [1, 2.5] } } },
        { messages: { event: "opened" } },
        { messages: { event: "clicked", campaign: "k1", within: { weeks: 1 }, count: { between: [1, 2] } } },
        { sample: { percent: 12.5, seed: "spring" } },
        { sample: { percent: 10 } },
        { segment: "vip" },
      ],
    };
    expect(rule).toEqual(plain);
    const parsed = parseRule(rule, { currency: "USD", currencyDecimals: 2 });
    expect(parsed.ok && parsed.value.rule).toEqual(plain);
  });

  it("takes only the operators of its type for a declared attribute", () => {
    const declared = attributesOf({ plan: "string", seats: "number", renewsOn: "date", vip: "boolean", interests: "array" });
    expect(declared("plan").startsWith("p")).toEqual({ field: "attributes.plan", op: "startsWith", value: "p" });
    expect(declared("seats").gte(5)).toEqual({ field: "attributes.seats", op: "gte", value: 5 });
    expect(declared("other").gte(5)).toEqual({ field: "attributes.other", op: "gte", value: 5 });
    expectTypeOf(declared("seats").gte).parameters.toEqualTypeOf<[number]>();
    expectTypeOf(declared("plan")).not.toHaveProperty("gte");
    expectTypeOf(declared("renewsOn")).not.toHaveProperty("eq");
    expectTypeOf(declared("vip")).not.toHaveProperty("includesAny");
    expectTypeOf(declared("interests")).not.toHaveProperty("contains");
    expectTypeOf(declared("other")).toHaveProperty("includesAny");
    // @ts-expect-error a number is not compared with text
    declared("seats").eq("5");
    // @ts-expect-error there is no such type
    attributesOf({ plan: "text" });
  });

  it("has every operator of an attribute under its own name", () => {
    const tests = Object.entries(attribute("x")) as [string, (...values: readonly unknown[]) => FieldTest][];
    expect(tests.map(([name, build]) => [name, build().op])).toEqual(tests.map(([name]) => [name, name]));
    expect(tests).toHaveLength(new Set(OPERATOR_NAMES).size);
  });

  it("takes what the operator's value is in a rule: nothing, a value, or the two ends of a pair", () => {
    expectTypeOf(field("name").exists).parameters.toEqualTypeOf<[]>();
    expectTypeOf(field("name").in).parameters.toEqualTypeOf<[readonly string[]]>();
    expectTypeOf(field("visitCount").between).parameters.toEqualTypeOf<[number, number]>();
    expectTypeOf(field("lastVisitAt").between).parameters.toEqualTypeOf<[string, string]>();
    expectTypeOf(field("lastVisitAt").inLast).parameters.toEqualTypeOf<[Duration]>();
    expectTypeOf(field("lastOrderAt").isDay).parameters.toEqualTypeOf<[DayFromToday]>();
    expectTypeOf(attribute("x").eq).parameters.toEqualTypeOf<[string | number]>();
    expectTypeOf(attribute("x").in).parameters.toEqualTypeOf<[readonly string[] | readonly number[]]>();
    expectTypeOf(attribute("x").between).parameters.toEqualTypeOf<[number, number] | [string, string]>();
  });

  it("does not compile with an operator or a value of another type", () => {
    expectTypeOf(field("totalSpend").gt).parameters.toEqualTypeOf<[number]>();
    expectTypeOf(field("tags")).not.toHaveProperty("gt");
    expectTypeOf(field("lastVisitAt")).not.toHaveProperty("contains");
    // @ts-expect-error money has no contains
    field("totalSpend").contains("1");
    // @ts-expect-error a text is compared with text
    field("name").eq(5);
    // @ts-expect-error there is no such field
    field("naem");
    // @ts-expect-error there is no such channel
    consent("fax");
    // @ts-expect-error exactly one unit
    field("createdAt").inLast({ days: 1, hours: 2 });
    // @ts-expect-error a day is whole days away
    field("createdAt").isDay({ in: { hours: 24 } });
    // @ts-expect-error one way or the other
    field("createdAt").isDay({ in: { days: 1 }, ago: { days: 1 } });
    // @ts-expect-error one unit at least
    field("createdAt").inLast({});
    expectTypeOf(orders().count).not.toHaveProperty("exists");
    expectTypeOf(orders().sum).not.toHaveProperty("notExists");
    expectTypeOf(orders().avg).toHaveProperty("notExists");
    expectTypeOf(orders().last.inLast).returns.toEqualTypeOf<OrdersTest>();
    expectTypeOf(orderField("quantity")).not.toHaveProperty("contains");
    // @ts-expect-error a count is no date
    orders().count.inLast({ days: 1 });
    // @ts-expect-error a date is no amount
    orders().first.gt(5);
    // @ts-expect-error there is no such measure
    orders().median;
    // @ts-expect-error a customer's field is not one of an order
    orderField("totalSpend");
    // @ts-expect-error one unit of time
    orders({ within: { days: 1, hours: 1 } });
    // @ts-expect-error there is no such event
    messages("sent");
    // @ts-expect-error a count is a number
    messages("opened", { count: { gte: "1" } });
    // @ts-expect-error one comparison
    messages("opened", { count: { gte: 1, lt: 5 } });
    // @ts-expect-error a percentage is a number
    sample("10");
    // @ts-expect-error a segment is told by its id
    segment({ id: "vip" });
    // @ts-expect-error not a date and a number
    attribute("x").between(1, "2026-01-01");
  });
});
