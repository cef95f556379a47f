import { describe, expect, it } from "vitest";
import { holds } from "../query/holds.js";
import { lowerRule } from "../query/lower-rule.js";
import { operatorsOn } from "../query/operators.js";
import type { FieldTest, Rule } from "../query/rule.js";
import { generateCustomers } from "./generate-customers.js";
import { generateRules } from "./generate-rules.js";
import { GENERATED_CONTEXT } from "./value-pools.js";

function testsIn(rule: Rule): readonly FieldTest[] {
  if ("all" in rule) return rule.all.flatMap(testsIn);
  if ("any" in rule) return rule.any.flatMap(testsIn);
  return "not" in rule ? testsIn(rule.not) : [rule];
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

  it("meet some customers and not others, in at least a third of cases", () => {
    const customers = generateCustomers(3, 60);
    const counts = generateRules(3, 300).map((rule) => {
      const condition = lowerRule(rule, GENERATED_CONTEXT);
      return customers.filter((customer) => holds(condition, customer)).length;
    });
    expect(counts.filter((count) => count > 0 && count < customers.length).length).toBeGreaterThan(100);
  });
});
