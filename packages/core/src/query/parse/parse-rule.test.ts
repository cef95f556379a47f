import { performance } from "node:perf_hooks";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { AttributeTypes } from "../../model/attribute.js";
import { generateRules } from "../../testing/rule-contract/generate-rules.js";
import { MAX_RULE_DEPTH, MAX_RULE_NODES } from "../language/limits.js";
import { ruleJsonSchemas } from "../language/rule-json-schema.js";
import { parseRule } from "./parse-rule.js";

const USD = { currency: "USD", currencyDecimals: 2 };

/** What the parser leaves of a rule, or its issues. */
function parse(input: unknown) {
  const parsed = parseRule(input, USD);
  return parsed.ok ? { ok: true as const, value: parsed.value.rule } : parsed;
}

function pathsOf(input: unknown): readonly string[] {
  const parsed = parse(input);
  return parsed.ok ? [] : parsed.issues.map(({ path }) => path);
}

function messageOf(input: unknown): string {
  const parsed = parse(input);
  return parsed.ok ? "" : parsed.issues.map(({ message }) => message).join("; ");
}

function test(field: string, op: string, value?: unknown): object {
  return { field, op, ...(value === undefined ? {} : { value }) };
}

function counted(count: unknown, more: object = {}): object {
  return { orders: { ...more, count } };
}

function deep(depth: number): unknown {
  let rule: unknown = test("name", "exists");
  for (let left = depth - 1; left > 0; left--) rule = { not: rule };
  return rule;
}

const schemaOfRules = schemaFor({});

function schemaFor(attributes: AttributeTypes) {
  return z.fromJSONSchema({ $ref: "#/$defs/Rule", $defs: ruleJsonSchemas(attributes, "#/$defs") } as never);
}

describe("parseRule", () => {
  it("returns a clean copy that shares nothing with its input", () => {
    const input = JSON.parse(
      '{"all":[{"field":"tags","op":"includesAny","value":["a"]},{"not":{"field":"name","op":"exists"}}]}',
    );
    const parsed = parse(input);
    expect(parsed).toEqual({ ok: true, value: input });
    input.all[0].value.push("b");
    expect(parsed).toMatchObject({ value: { all: [{ value: ["a"] }, {}] } });
  });

  it("reads money as a number or a decimal text, and writes it as a number", () => {
    expect(parse(test("totalSpend", "gt", "10000.50"))).toEqual({ ok: true, value: test("totalSpend", "gt", 10_000.5) });
  });

  it.each([
    ["not an object", [], ""],
    ["null", null, ""],
    ["a text", "all", ""],
    ["nothing", undefined, ""],
    ["an empty object", {}, ""],
    ["a group that is no array", { all: {} }, "all"],
    ["a child that is no object", { all: [test("name", "exists"), 5] }, "all.1"],
    ["two groups in one", { all: [], any: [] }, "any"],
    ["a key beside a group", { all: [], note: "x" }, "note"],
    ["a key beside a test", { ...test("name", "exists"), note: "x" }, "note"],
    ["__proto__ as a key", JSON.parse('{"all":[],"__proto__":{"any":[]}}'), "__proto__"],
    ["__proto__ as the only key", JSON.parse('{"__proto__":{"all":[]}}'), "__proto__"],
    ["__proto__ as an attribute", test("attributes.__proto__", "exists"), "field"],
    ["orders without a measure", { all: [{ orders: {} }] }, "all.0.orders"],
    ["orders with two measures", { orders: { count: { gte: 3 }, sum: { gt: 1 } } }, "orders.sum"],
    ["orders with a key of its own", counted({ gte: 3 }, { since: "2026" }), "orders.since"],
    ["orders beside a field", { ...test("name", "exists"), orders: { count: { gte: 3 } } }, "orders"],
    ["a count without an operator", counted(3), "orders.count"],
    ["a count with two operators", counted({ gte: 3, lt: 5 }), "orders.count"],
    ["a count that is missing", counted({ notExists: true }), "orders.count"],
    ["a count of __proto__", JSON.parse('{"orders":{"count":{"__proto__":3}}}'), "orders.count"],
    ["a count by a text", counted({ gte: "3" }), "orders.count.gte"],
    ["a sum of a fraction of a cent", { orders: { sum: { gt: 0.001 } } }, "orders.sum.gt"],
    ["an operator of another type", { orders: { sum: { contains: "x" } } }, "orders.sum"],
    ["false for an operator without a value", { orders: { last: { today: false } } }, "orders.last.today"],
    [
      "a customer's field in where",
      counted({ gte: 1 }, { where: { all: [test("totalSpend", "gt", 1)] } }),
      "orders.where.all.0.field",
    ],
    ["orders in where", counted({ gte: 1 }, { where: { not: counted({ gte: 1 }) } }), "orders.where.not.orders"],
    ["a reference in where", counted({ gte: 1 }, { where: { segment: "vip" } }), "orders.where.segment"],
    ["a window in two units", counted({ gte: 1 }, { within: { days: 1, hours: 1 } }), "orders.within"],
    ["a segment that is no id", { any: [{ segment: { $ne: "" } }] }, "any.0.segment"],
    ["a nameless segment", { segment: "" }, "segment"],
    ["a key beside a segment", { segment: "vip", not: {} }, "segment"],
    ["a sample of more than all", { sample: { percent: 100.01 } }, "sample.percent"],
    ["a sample of less than none", { sample: { percent: -1 } }, "sample.percent"],
    ["a sample of three decimals", { sample: { percent: 0.001 } }, "sample.percent"],
    ["a sample by a text", { sample: { percent: "5" } }, "sample.percent"],
    ["a seed that is an object", { sample: { percent: 5, seed: {} } }, "sample.seed"],
    ["a seed of 101 characters", { sample: { percent: 5, seed: "x".repeat(101) } }, "sample.seed"],
    ["an unknown event", { messages: { event: "sent" } }, "messages.event"],
    ["an event of Object", { messages: { event: "toString" } }, "messages.event"],
    ["messages with a key of its own", { messages: { event: "opened", segment: "x" } }, "messages.segment"],
    ["a campaign that is no id", { messages: { event: "opened", campaign: 5 } }, "messages.campaign"],
    ["a count of messages by a date", { messages: { event: "opened", count: { inLast: { days: 1 } } } }, "messages.count"],
    ["an unknown field", test("naem", "exists"), "field"],
    ["a field of Object", test("constructor", "exists"), "field"],
    ["a nameless attribute", test("attributes.", "exists"), "field"],
    ["an unknown channel", test("consent.fax", "exists"), "field"],
    ["a field that is an array", { field: ["name"], op: "exists" }, "field"],
    ["an unknown operator", test("name", "regex", "x"), "op"],
    ["an operator of Object", test("name", "toString"), "op"],
    ["a MongoDB operator", test("name", "$where", "1"), "op"],
    ["an operator that is an array", { field: "name", op: ["eq"], value: "x" }, "op"],
    ["an operator on another type", { any: [{ not: test("totalSpend", "contains", "1") }] }, "any.0.not.op"],
    ["a date operator on a number", test("visitCount", "inLast", { days: 1 }), "op"],
    ["no value", test("name", "eq"), "value"],
    ["a value where none belongs", test("name", "exists", true), "value"],
    ["a number for a text", test("name", "eq", 5), "value"],
    ["an object for a text", test("name", "eq", { $ne: null }), "value"],
    ["an array for a text", test("name", "eq", ["x"]), "value"],
    ["a text for a number", test("visitCount", "gt", "5"), "value"],
    ["NaN", test("visitCount", "gt", Number.NaN), "value"],
    ["infinity", test("visitCount", "gt", Number.POSITIVE_INFINITY), "value"],
    ["a boolean attribute by eq", test("attributes.x", "eq", true), "value"],
    ["NUL", test("name", "eq", "a\0"), "value"],
    ["a lone surrogate", test("name", "contains", "\ud800"), "value"],
    ["a lone surrogate in an attribute's name", test("attributes.\udc00", "exists"), "field"],
    ["an empty text to contain", test("name", "contains", ""), "value"],
    ["an empty text to start with", test("name", "startsWith", ""), "value"],
    ["no values", test("name", "in", []), "value"],
    ["1,001 values", test("name", "in", Array(1_001).fill("x")), "value"],
    ["a number among texts", test("attributes.x", "in", ["a", "b", 5]), "value.2"],
    ["a text among numbers", test("attributes.x", "in", [5, "a"]), "value.1"],
    ["a tag that is a number", test("tags", "includesAny", ["a", 5]), "value.1"],
    ["a fraction of a cent", test("totalSpend", "gt", 10.005), "value"],
    ["a fraction of a cent in a range", test("totalSpend", "between", [1, "2.001"]), "value.1"],
    ["money beyond measure", test("totalSpend", "gt", 1e17), "value"],
    ["money with letters", test("totalSpend", "gt", "10 USD"), "value"],
    ["a range the wrong way round", test("visitCount", "between", [5, 4]), "value"],
    ["a range of three", test("visitCount", "between", [1, 2, 3]), "value"],
    ["dates the wrong way round", test("createdAt", "between", ["2026-01-02", "2026-01-01"]), "value"],
    ["an empty range of times", test("createdAt", "between", ["2026-01-01", "2026-01-01T00:00"]), "value"],
    [
      "instants the wrong way round",
      test("createdAt", "between", ["2026-01-01T01:00:00Z", "2026-01-01T01:00:00+02:00"]),
      "value",
    ],
    ["a day that does not exist", test("createdAt", "after", "2026-02-30"), "value"],
    ["a number for a date", test("createdAt", "after", 1_700_000_000_000), "value"],
    ["a time for on", test("createdAt", "on", "2026-01-01T00:00"), "value"],
    ["a duration of nothing", test("createdAt", "inLast", {}), "value"],
    ["a duration in two units", test("createdAt", "inLast", { days: 1, hours: 1 }), "value"],
    ["a duration in an unknown unit", test("createdAt", "inLast", { fortnights: 1 }), "value"],
    ["a duration that is a number", test("createdAt", "inLast", 5), "value"],
    ["a duration of zero", test("createdAt", "inLast", { days: 0 }), "value.days"],
    ["a duration of a fraction", test("createdAt", "inLast", { days: 1.5 }), "value.days"],
    ["a duration that is too long", test("createdAt", "inLast", { days: 10_001 }), "value.days"],
    ["too many years", test("createdAt", "olderThan", { years: 501 }), "value.years"],
    ["a duration by __proto__", JSON.parse('{"field":"createdAt","op":"inLast","value":{"__proto__":1}}'), "value"],
    ["a day by its name", test("createdAt", "isDay", "tomorrow"), "value"],
    ["a day that is nowhere", test("createdAt", "isDay", {}), "value"],
    ["a day both ways", test("createdAt", "isDay", { in: { days: 1 }, ago: { days: 1 } }), "value"],
    ["a day another way", test("createdAt", "isDay", { within: { days: 1 } }), "value"],
    ["a day by __proto__", JSON.parse('{"field":"createdAt","op":"isDay","value":{"__proto__":{"days":1}}}'), "value"],
    ["a day in hours", test("createdAt", "isDay", { in: { hours: 24 } }), "value.in"],
    ["a day in minutes", test("createdAt", "isDay", { ago: { minutes: 1_440 } }), "value.ago"],
    ["a day in two units", test("createdAt", "isDay", { in: { months: 1, days: 1 } }), "value.in"],
    ["a day that is today", test("createdAt", "isDay", { in: { days: 0 } }), "value.in.days"],
    ["a day of before, by a negative number", test("createdAt", "isDay", { in: { days: -1 } }), "value.in.days"],
    ["a day too far", test("createdAt", "isDay", { ago: { years: 501 } }), "value.ago.years"],
    ["a day of a number", test("visitCount", "isDay", { in: { days: 1 } }), "op"],
    ["an anniversary in weeks", test("createdAt", "anniversaryWithin", { weeks: 1 }), "value"],
    ["an anniversary beyond a year", test("createdAt", "anniversaryWithin", { days: 367 }), "value.days"],
  ])("refuses %s, and says where", (_, input, path) => {
    expect(pathsOf(input)).toEqual([path]);
  });

  it.each([
    ["the last of a range's two ends", test("visitCount", "between", [5, 5])],
    ["an empty text to equal", test("name", "eq", "")],
    ["a number that an attribute is not in", test("attributes.x", "notIn", [1, 2])],
    ["a range of one day", test("createdAt", "between", ["2026-01-01", "2026-01-01"])],
    ["texts between which an attribute's date lies", test("attributes.x", "between", ["2026-01-01", "2026-01-01T00:01"])],
    ["an attribute with dots", test("attributes.a.b", "exists")],
    ["an attribute called constructor", test("attributes.constructor", "exists")],
    ["an anniversary today", test("attributes.born", "anniversaryWithin", { days: 0 })],
    ["a day to come", test("attributes.renewsAt", "isDay", { in: { days: 30 } })],
    ["a day gone by", { orders: { last: { isDay: { ago: { months: 1 } } } } }],
    ["a debt", test("totalSpend", "lt", -0.01)],
    ["the smallest sample", { sample: { percent: 0.01, seed: "" } }],
    ["a sample of all", { sample: { percent: 100, seed: -7 } }],
    ["a segment of any id", { segment: "$x.y" }],
    [
      "all that orders may hold",
      { orders: { where: { all: [] }, within: { years: 1 }, first: { anniversaryWithin: { days: 0 } } } },
    ],
    ["all that messages may hold", { messages: { event: "clicked", campaign: "k", within: { days: 1 }, count: { in: [0, 2] } } }],
    ["a deep rule", deep(MAX_RULE_DEPTH)],
    ["a large rule", { all: Array(MAX_RULE_NODES - 1).fill(test("name", "exists")) }],
  ])("takes %s", (_, input) => {
    expect(parse(input)).toEqual({ ok: true, value: input });
  });

  it("says what may stand where something wrong does", () => {
    expect(messageOf(test("totalSpend", "contains", "x"))).toContain(
      "exists, notExists, eq, ne, in, notIn, gt, gte, lt, lte, between",
    );
    expect(messageOf(test("naem", "exists"))).toContain("totalSpend");
    expect(messageOf(test("totalSpend", "gt", 1.001))).toContain("2 decimals in USD");
    expect(messageOf({ order: {} })).toContain("all, any, not, field, orders, segment, sample or messages");
    expect(messageOf({ orders: {} })).toContain("one of count, sum, avg, min, max, first, last");
    expect(messageOf(counted({ exists: true }))).toContain("eq, ne, in, notIn, gt, gte, lt, lte, between");
    expect(messageOf({ messages: { event: "sent" } })).toContain("messaged, delivered");
    expect(messageOf(test("createdAt", "isDay", { in: { hours: 1 } }))).toContain("exactly one of days, weeks, months, years");
    expect(messageOf(test("createdAt", "isDay", { days: 1 }))).toContain("exactly one of in and ago");
    expect(messageOf(test("createdAt", "inLast", 5))).toContain("minutes, hours, days, weeks, months, years");
  });

  it("reports every fault, and at most 100", () => {
    expect(pathsOf({ all: [test("x", "exists"), test("name", "exists"), { any: [test("name", "is")] }] })).toEqual([
      "all.0.field",
      "all.2.any.0.op",
    ]);
    expect(pathsOf({ all: Array(150).fill({}) })).toHaveLength(100);
    expect(pathsOf(test("name", "in", Array(1_000).fill(5)))).toHaveLength(100);
  });

  it.each([
    ["11 deep", () => deep(MAX_RULE_DEPTH + 1)],
    ["50 deep", () => deep(50)],
    ["100,000 deep", () => deep(100_000)],
    ["11 deep in where", () => counted({ gte: 1 }, { where: deep(MAX_RULE_DEPTH) })],
    ["201 large in where", () => counted({ gte: 1 }, { where: { all: Array(MAX_RULE_NODES).fill(test("sku", "exists")) } })],
    ["201 large", () => ({ any: Array(MAX_RULE_NODES).fill(test("name", "exists")) })],
    ["a million children", () => ({ all: Array(1_000_000).fill({ all: [] }) })],
    ["a million values", () => test("name", "in", Array(1_000_000).fill("x"))],
    ["a text of 1 MB", () => test("name", "eq", "x".repeat(1_000_000))],
    ["an amount of 1 MB", () => test("totalSpend", "eq", "1".repeat(1_000_000))],
    ["a date of 1 MB", () => test("createdAt", "after", " ".repeat(1_000_000))],
    ["a field of 1 MB", () => test(`attributes.${"x".repeat(1_000_000)}`, "exists")],
    ["an operator of 1 MB", () => test("name", "x".repeat(1_000_000))],
    ["a key of 1 MB", () => ({ ["x".repeat(1_000_000)]: 1 })],
    [
      "100,000 unknown keys",
      () => ({ ...test("name", "exists"), ...Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, i])) }),
    ],
    ["itself", () => Object.assign(Object.create(null), { not: {} }, selfHolding())],
  ])("refuses a rule of %s at once, with a short answer", (_, make) => {
    const input = make();
    const started = performance.now();
    const parsed = parse(input);
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(parsed.ok).toBe(false);
    expect(JSON.stringify(parsed).length).toBeLessThan(20_000);
  });

  it("takes only the operators of its type for an attribute that is declared, and says so in its schema", () => {
    const attributes: AttributeTypes = {
      plan: "string",
      "seats.$(x)": "number",
      renewsOn: "date",
      vip: "boolean",
      interests: "array",
    };
    const takes = (input: unknown) => [
      parseRule(input, { ...USD, attributes }).ok,
      schemaFor(attributes).safeParse(input).success,
    ];
    for (const fits of [
      test("attributes.plan", "contains", "pro"),
      test("attributes.seats.$(x)", "between", [1, 5]),
      test("attributes.renewsOn", "inNext", { days: 30 }),
      test("attributes.vip", "isTrue"),
      test("attributes.interests", "includesAny", ["a"]),
      test("attributes.plan", "notExists"),
      test("attributes.other", "gt", 5),
      test("attributes.plans", "gt", 5),
    ]) {
      expect(takes(fits), JSON.stringify(fits)).toEqual([true, true]);
    }
    for (const wrong of [
      test("attributes.plan", "gt", 5),
      test("attributes.plan", "eq", 5),
      test("attributes.seats.$(x)", "contains", "5"),
      test("attributes.seats.$(x)", "eq", "5"),
      test("attributes.renewsOn", "eq", "2026-01-01"),
      test("attributes.vip", "eq", "true"),
      test("attributes.interests", "contains", "a"),
    ]) {
      expect(takes(wrong), JSON.stringify(wrong)).toEqual([false, false]);
    }
    const told = parseRule(test("attributes.plan", "gt", 5), { ...USD, attributes });
    expect(told).toMatchObject({ issues: [{ path: "op", message: expect.stringContaining("startsWith") }] });
  });

  it("gives back every generated rule, and the schema takes each, before and after", () => {
    for (const rule of generateRules(4, 300)) {
      const json: unknown = JSON.parse(JSON.stringify(rule));
      expect(parse(rule)).toEqual({ ok: true, value: rule });
      expect(schemaOfRules.safeParse(json).success, JSON.stringify(rule)).toBe(true);
    }
  });

  it.each([
    test("totalSpend", "contains", "x"),
    test("name", "exists", true),
    test("name", "in", []),
    test("nobody", "exists"),
    test("createdAt", "inLast", { days: 1, hours: 1 }),
    test("createdAt", "on", 5),
    test("createdAt", "isDay", { in: { hours: 24 } }),
    test("createdAt", "isDay", { in: { days: 1 }, ago: { days: 1 } }),
    test("createdAt", "isDay", { in: { days: 0 } }),
    { all: [], any: [] },
    { segment: "" },
    { segment: { id: "vip" } },
    { orders: {} },
    { orders: { count: { gte: 1 }, sum: { gt: 1 } } },
    counted({ exists: true }),
    counted({}),
    counted({ gte: 1, lte: 2 }),
    { orders: { last: { today: false } } },
    { orders: { where: test("totalSpend", "gt", 1), count: { gte: 1 } } },
    { orders: { where: { segment: "vip" }, count: { gte: 1 } } },
    { sample: { percent: 101 } },
    { sample: { percent: 5, seed: 1.5 } },
    { messages: { event: "sent" } },
    { messages: { event: "opened", count: { exists: true } } },
    { ...test("name", "exists"), note: 1 },
  ])("refuses %j as the schema does", (input) => {
    expect([parse(input).ok, schemaOfRules.safeParse(input).success]).toEqual([false, false]);
  });
});

function selfHolding(): object {
  const rule: { all: unknown[] } = { all: [] };
  rule.all.push(rule);
  return rule;
}
