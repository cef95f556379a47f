import { describe, expect, expectTypeOf, it } from "vitest";
import { all, any, attribute, consent, field, not } from "./builder.js";
import { parseRule } from "./parse-rule.js";
import { type FieldTest, OPERATORS } from "./rule.js";

describe("the rule builder", () => {
  it("writes the plain JSON that the parser reads", () => {
    const rule = all(
      field("totalSpend").gt(10_000),
      not(field("lastVisitAt").inLast({ months: 1 })),
      any(attribute("plan.tier").in(["pro", "max"]), consent("sms").eq("subscribed"), field("tags").isEmpty()),
      attribute("score").between(1, 5),
      attribute("born").anniversaryWithin({ days: 7 }),
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
      ],
    };
    expect(rule).toEqual(plain);
    expect(parseRule(rule, { currency: "USD", currencyDecimals: 2 })).toEqual({ ok: true, value: plain });
  });

  it("has every operator of an attribute under its own name", () => {
    const tests = Object.entries(attribute("x")) as [string, (...values: readonly unknown[]) => FieldTest][];
    expect(tests.map(([name, build]) => [name, build().op])).toEqual(tests.map(([name]) => [name, name]));
    expect(tests).toHaveLength(new Set(Object.values(OPERATORS).flat()).size);
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
    // @ts-expect-error one unit at least
    field("createdAt").inLast({});
    // @ts-expect-error not a date and a number
    attribute("x").between(1, "2026-01-01");
  });
});
