import type { Rule } from "@crm-engine/core";
import { generateRules } from "@crm-engine/core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isGroupNode, pathInRule, type QueryNode, queryToRule, ruleToQuery } from "./rule-query.js";

const GENERATED = generateRules(11, 2_000);

function leavesOf(rule: Rule): readonly Rule[] {
  if ("all" in rule) return rule.all.flatMap(leavesOf);
  if ("any" in rule) return rule.any.flatMap(leavesOf);
  return "not" in rule ? leavesOf(rule.not) : [rule];
}
const LEAVES = GENERATED.flatMap(leavesOf);

/** Every shape of group over leaves of the whole language. */
const { rule: anyRule } = fc.letrec<{ readonly rule: Rule }>((tie) => ({
  rule: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom(...LEAVES),
    fc.array(tie("rule"), { maxLength: 3 }).map((all): Rule => ({ all })),
    fc.array(tie("rule"), { maxLength: 3 }).map((any): Rule => ({ any })),
    tie("rule").map((not): Rule => ({ not })),
  ),
}));

describe("a rule as a query, and back", () => {
  it("is the same rule: 2,000 of the whole language", () => {
    for (const rule of GENERATED) expect(queryToRule(ruleToQuery(rule))).toStrictEqual(rule);
  });

  it("is the same rule, byte by byte, whatever the shape of its groups", () => {
    fc.assert(
      fc.property(anyRule, (rule) => JSON.stringify(queryToRule(ruleToQuery(rule))) === JSON.stringify(rule)),
      { numRuns: 2_000 },
    );
  });

  it.each<Rule>([
    { all: [] },
    { any: [] },
    { not: { all: [] } },
    { not: { any: [] } },
    { not: { not: { all: [] } } },
    { segment: "a" },
    { not: { segment: "a" } },
    { not: { not: { segment: "a" } } },
    { not: { not: { not: { segment: "a" } } } },
    { all: [{ segment: "a" }] },
    { any: [{ segment: "a" }] },
    { not: { all: [{ segment: "a" }] } },
    { not: { any: [{ not: { segment: "a" } }] } },
    { all: [{ all: [] }, { any: [{ all: [{ segment: "a" }] }] }] },
  ])("keeps %j", (rule) => {
    expect(queryToRule(ruleToQuery(rule))).toStrictEqual(rule);
  });

  it("keeps what no form knows, in its leaf", () => {
    for (const odd of [{ all: [], note: "x" }, { all: "x" }, {}, { field: "name", op: "soundsLike", value: { a: [1] } }]) {
      const rule = { any: [odd, { not: odd }] } as unknown as Rule;
      expect(queryToRule(ruleToQuery(rule))).toStrictEqual(rule);
    }
  });

  it("knows where in the rule each node is", () => {
    fc.assert(
      fc.property(anyRule, (rule) => {
        const root = ruleToQuery(rule);
        const look = (node: QueryNode, path: readonly number[]): void => {
          if (!isGroupNode(node)) expect(at(rule, pathInRule(root, path))).toStrictEqual(node.value);
          else for (const [index, child] of node.rules.entries()) look(child, [...path, index]);
        };
        look(root, []);
      }),
      { numRuns: 300 },
    );
  });
});

function at(value: unknown, path: string): unknown {
  if (path === "") return value;
  return path.split(".").reduce<unknown>((held, step) => (held as Readonly<Record<string, unknown>>)[step], value);
}
