import { describe, expect, it } from "vitest";
import { bareCustomer } from "../../model/customer.js";
import { GENERATED_CONTEXT } from "../../testing/rule-contract/value-pools.js";
import { all, any, field, not, orderField, orders, segment } from "../language/builder.js";
import type { Rule } from "../language/rule.js";
import { lowerRule } from "../lower-rule.js";
import { matches } from "../matches.js";
import { referenceIssue, segmentsIn } from "./references.js";

const LEAF = field("name").exists();

function segments(rules: Readonly<Record<string, Rule>>) {
  return Object.fromEntries(Object.entries(rules).map(([id, rule]) => [id, { rule, timeZone: "UTC" }]));
}

describe("references", () => {
  it("are found wherever they stand, each once", () => {
    const rule = all(
      segment("a"),
      not(any(segment("b"), segment("a"))),
      orders({ where: orderField("sku").exists() }).count.gte(1),
    );
    expect([...segmentsIn(rule)].sort()).toEqual(["a", "b"]);
  });

  it("that are fine have no issue", () => {
    const known = segments({ a: all(segment("b"), segment("b")), b: LEAF });
    expect(referenceIssue(any(segment("a"), segment("b")), known, "c")).toBeUndefined();
  });

  it.each<readonly [string, Rule, Readonly<Record<string, Rule>>, string, string]>([
    ["a segment that is not there", not(segment("x")), {}, "not.segment", "no segment with the id x"],
    ["a name of Object", segment("constructor"), {}, "segment", "no segment"],
    [
      "one that is not there, further down",
      all(segment("a")),
      { a: any(segment("x")) },
      "all.0.segment",
      "no segment with the id x",
    ],
    ["itself", any(LEAF, segment("self")), { self: LEAF }, "any.1.segment", "self refers to self"],
    [
      "itself by others",
      segment("a"),
      { a: not(segment("b")), b: segment("self") },
      "segment",
      "self refers to a refers to b refers to self",
    ],
    ["a circle of others", segment("a"), { a: segment("b"), b: segment("a") }, "segment", "a refers to b refers to a"],
  ])("to %s are told", (_, rule, rules, path, message) => {
    expect(referenceIssue(rule, segments(rules), "self")).toMatchObject({ path, message: expect.stringContaining(message) });
  });

  it("hold the limits with what they refer to", () => {
    const deep = (depth: number): Rule => (depth === 1 ? LEAF : not(deep(depth - 1)));
    expect(referenceIssue(segment("a"), segments({ a: deep(9) }))).toBeUndefined();
    expect(referenceIssue(not(segment("a")), segments({ a: deep(9) }))).toMatchObject({
      path: "not",
      message: expect.stringContaining("deep"),
    });
    const wide = (count: number): Rule => any(...Array.from({ length: count }, () => LEAF));
    expect(referenceIssue(all(segment("a"), segment("b")), segments({ a: wide(97), b: wide(97) }))).toBeUndefined();
    expect(referenceIssue(all(segment("a"), segment("b")), segments({ a: wide(97), b: wide(99) }))).toMatchObject({
      message: expect.stringContaining("large"),
    });
  });

  it("that double at each step are refused at once, and never followed to their end", () => {
    const doubling = Object.fromEntries(
      Array.from({ length: 9 }, (_, index) => [`d${index}`, all(...Array(9).fill(segment(`d${index + 1}`)))]),
    );
    const started = performance.now();
    expect(referenceIssue(segment("d0"), segments({ ...doubling, d9: LEAF }))?.message).toMatch(/too (deep|large)/);
    expect(performance.now() - started).toBeLessThan(50);
  });

  it("met later are invalid, not a crash", () => {
    for (const known of [{}, segments({ a: segment("b"), b: segment("a") })]) {
      expect(() => lowerRule(segment("a"), { ...GENERATED_CONTEXT, segments: known })).toThrow(
        expect.objectContaining({ code: "invalid" }),
      );
    }
  });

  it("read each segment in its own zone, and the same now", () => {
    const seen = { ...bareCustomer("c", 0), lastVisitAt: Date.parse("2026-03-29T00:30:00Z") };
    const today = field("lastVisitAt").today();
    const known = { here: { rule: today, timeZone: "Europe/London" }, there: { rule: today, timeZone: "America/Sao_Paulo" } };
    const context = { ...GENERATED_CONTEXT, segments: known };
    expect([segment("here"), segment("there"), today].map((rule) => matches(rule, seen, context))).toEqual([true, false, true]);
  });
});
