import { describe, expect, it } from "vitest";
import { holds } from "../../query/condition/holds.js";
import { ITEM_FIELDS, ORDER_FIELDS } from "../../query/language/fields.js";
import { comparisonsOf, MEASURE_NAMES } from "../../query/language/measures.js";
import { MESSAGE_EVENT_NAMES } from "../../query/language/message-events.js";
import { operatorsOn } from "../../query/language/operators.js";
import type { FieldTest, Leaf, Rule } from "../../query/language/rule.js";
import { lowerRule } from "../../query/lower-rule.js";
import { generateCustomers } from "./generate-customers.js";
import { generateRules } from "./generate-rules.js";
import { GENERATED_CONTEXT } from "./value-pools.js";

function leavesIn(rule: Rule): readonly Leaf[] {
  if ("all" in rule) return rule.all.flatMap(leavesIn);
  if ("any" in rule) return rule.any.flatMap(leavesIn);
  return "not" in rule ? leavesIn(rule.not) : [rule];
}

function testsIn(rule: Rule): readonly FieldTest[] {
  return leavesIn(rule).flatMap((leaf) => ("field" in leaf ? [leaf] : []));
}

describe("generated rules and customers", () => {
  it("are the same for the same seed, and others for another", () => {
    expect(generateRules(1, 50)).toEqual(generateRules(1, 50));
    expect(generateCustomers(1, 50)).toEqual(generateCustomers(1, 50));
    expect(generateRules(2, 50)).not.toEqual(generateRules(1, 50));
    expect(generateCustomers(2, 50)).not.toEqual(generateCustomers(1, 50));
  });

  it("use every operator, on customers' fields and on attributes", () => {
    const tests = generateRules(7, 2_000).flatMap(testsIn);
    for (const type of ["string", "number", "date", "array"] as const) {
      for (const op of Object.keys(operatorsOn(type))) {
        expect(
          tests.some((test) => test.op === op && test.field.startsWith("attributes.")),
          `attribute ${op}`,
        ).toBe(true);
        expect(
          tests.some((test) => test.op === op && !test.field.includes(".")),
          `field ${op}`,
        ).toBe(true);
      }
    }
  });

  it("use every measure with each of its operators, every field of orders and items, every event, segments and samples", () => {
    const leaves = generateRules(7, 6_000).flatMap(leavesIn);
    const queries = leaves.flatMap((leaf) => ("orders" in leaf ? [leaf.orders] : []));
    for (const measure of MEASURE_NAMES) {
      const used = new Set(queries.flatMap((query) => Object.keys(query[measure] ?? {})));
      expect([measure, [...used].sort()]).toEqual([measure, Object.keys(comparisonsOf(measure)).sort()]);
    }
    const fields = new Set(queries.flatMap(({ where }) => (where ? testsIn(where).map(({ field }) => field) : [])));
    expect([...fields].sort()).toEqual(Object.keys({ ...ORDER_FIELDS, ...ITEM_FIELDS }).sort());
    const events = new Set(leaves.flatMap((leaf) => ("messages" in leaf ? [leaf.messages.event] : [])));
    expect([...events].sort()).toEqual([...MESSAGE_EVENT_NAMES].sort());
    const referred = new Set(leaves.flatMap((leaf) => ("segment" in leaf ? [leaf.segment] : [])));
    expect([...referred].sort()).toEqual(Object.keys(GENERATED_CONTEXT.segments).sort());
    expect(leaves.filter((leaf) => "sample" in leaf).length).toBeGreaterThan(100);
  });

  it("have orders and messages that meet measures of every kind, in at least a quarter of cases", () => {
    const customers = generateCustomers(4, 60);
    const leaves = generateRules(4, 400).flatMap(leavesIn);
    for (const kind of ["orders", "messages", "segment", "sample"]) {
      const counts = leaves
        .filter((leaf) => kind in leaf)
        .map((leaf) => lowerRule(leaf, GENERATED_CONTEXT))
        .map((condition) => customers.filter((customer) => holds(condition, customer)).length);
      const telling = counts.filter((count) => count > 0 && count < customers.length).length;
      expect([kind, telling > counts.length / 4]).toEqual([kind, true]);
    }
  });

  it("meet some customers and not others, in at least a third of cases", () => {
    const customers = generateCustomers(3, 60);
    const counts = generateRules(3, 300).map((rule) => {
      const condition = lowerRule(rule, GENERATED_CONTEXT);
      return customers.filter((customer) => holds(condition, customer)).length;
    });
    expect(counts.filter((count) => count > 0 && count < customers.length).length).toBeGreaterThan(100);
  });
});
