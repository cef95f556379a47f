import { describe, expect, it } from "vitest";
import { countedReads } from "../testing/counted-reads.fixture.js";
import { generateRules } from "../testing/rule-contract/generate-rules.js";
import { GENERATED_CONTEXT } from "../testing/rule-contract/value-pools.js";
import { all, any, field, not, orderField, orders, segment } from "./language/builder.js";
import type { Rule } from "./language/rule.js";
import { lower, lowerRule, type RuleContext } from "./lower-rule.js";
import { type ParsedRule, parseRule } from "./parse/parse-rule.js";

const LANGUAGE = { currency: "USD", currencyDecimals: 2 };

function parsed(rule: unknown): ParsedRule {
  const read = parseRule(rule, LANGUAGE);
  if (!read.ok) throw new TypeError(JSON.stringify(read.issues));
  return read.value;
}

describe("a rule is understood once", () => {
  it("parsing reads each part of the input once, and lowering reads none of it", () => {
    for (const rule of generateRules(21, 300)) {
      const { json, reads } = countedReads(rule);
      const once = parsed(json);
      expect(lower(once, GENERATED_CONTEXT).condition).toEqual(lowerRule(rule, GENERATED_CONTEXT));
      expect(Math.max(...reads())).toBe(1);
    }
  });

  it("each segment that is referred to is read once, however often it is", () => {
    const common = countedReads(field("lastVisitAt").inLast({ days: 7 }));
    const other = countedReads(any(segment("common"), not(segment("common"))));
    const segments = {
      common: { rule: common.json, timeZone: "Europe/London" },
      other: { rule: other.json, timeZone: "America/Sao_Paulo" },
    };
    const rule = all(segment("common"), segment("other"), not(segment("other")));
    lower(parsed(rule), { ...GENERATED_CONTEXT, segments });
    expect([...common.reads(), ...other.reads()].every((reads) => reads === 1)).toBe(true);
  });

  it("each test is lowered once, however deep it is", () => {
    let reads = 0;
    const context: RuleContext = {
      ...GENERATED_CONTEXT,
      get now() {
        reads += 1;
        return GENERATED_CONTEXT.now;
      },
    };
    const nested = (rule: Rule, depth: number): Rule => (depth === 1 ? rule : all(nested(rule, depth - 1)));
    const clockReads = (rule: Rule): number => {
      reads = 0;
      lower(parsed(rule), context);
      return reads;
    };
    const test = field("lastVisitAt").today();
    const ofOrders = orders({ where: orderField("placedAt").today() }).count.gte(1);
    expect(clockReads(nested(test, 10))).toBe(clockReads(test));
    expect(clockReads(nested(ofOrders, 8))).toBe(clockReads(ofOrders));
    expect(clockReads(all(...Array(100).fill(test)))).toBe(100 * clockReads(test));
  });

  it("refuses references that go in a circle, though nobody checked them", () => {
    const segments = { a: { rule: segment("b"), timeZone: "UTC" }, b: { rule: segment("a"), timeZone: "UTC" } };
    for (const known of [segments, {}]) {
      expect(() => lower(parsed(segment("a")), { ...GENERATED_CONTEXT, segments: known })).toThrow(
        expect.objectContaining({ code: "invalid" }),
      );
    }
  });
});
