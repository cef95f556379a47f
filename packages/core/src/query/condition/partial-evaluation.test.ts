import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Condition, FieldRef, Test } from "./condition.js";
import { evaluate } from "./evaluate.js";
import { holdsWithoutRows, partiallyEvaluate, requiredRelations, verdictWithRows } from "./partial-evaluation.js";

const NAMES = ["k0", "k1", "k2", "k3"];
const EVERYONE: Condition = { kind: "all", of: [] };
const campaign = (field: FieldRef): string | undefined => (field.of === "messages" ? field.campaignId : undefined);

const anyNumberTest = fc.oneof(
  fc.record({
    kind: fc.constant("compare" as const),
    how: fc.constantFrom("lt" as const, "lte" as const, "gt" as const, "gte" as const),
    value: fc.constantFrom(-1, 0, 0.5, 1, 1.5, 2, 3),
  }),
  fc.record({
    kind: fc.constant("numberIn" as const),
    values: fc.array(fc.constantFrom(-1, 0, 0.5, 1, 2, 3), { minLength: 1, maxLength: 3 }),
  }),
);
/** A count of a campaign's messages, or a test that reads no relation. */
const anyTest: fc.Arbitrary<Condition> = fc.oneof(
  fc
    .tuple(anyNumberTest, fc.constantFrom(...NAMES))
    .map(([test, campaignId]): Condition => ({ ...test, field: { of: "messages", event: "opened", campaignId } })),
  fc.constant<Condition>({ kind: "present", field: { of: "attribute", name: "plan" } }),
);
const { group: anyGroup } = fc.letrec<{ readonly group: Condition }>((tie) => ({
  group: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    anyTest,
    tie("group").map((of): Condition => ({ kind: "not", of })),
    fc
      .tuple(fc.constantFrom("all", "any"), fc.array(tie("group"), { maxLength: 3 }))
      .map(([kind, of]): Condition => ({ kind, of })),
  ),
}));

describe("partial evaluation", () => {
  it("agrees with evaluation, whatever is known and whatever turns out to be true of the rest", () => {
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(
        anyGroup,
        fc.subarray([...NAMES]),
        fc.array(fc.nat(3), { minLength: 4, maxLength: 4 }),
        (given, known, counts) => {
          const countOf = new Map<string | undefined, number>(NAMES.map((name, index) => [name, counts[index] ?? 0]));
          const read = (field: FieldRef): unknown => countOf.get(campaign(field));
          const isKnown = (name: string | undefined): boolean => known.some((one) => one === name);
          const knownVerdict = (test: Test) => (isKnown(campaign(test.field)) ? evaluate(test, read) : undefined);
          const residual = partiallyEvaluate(given, knownVerdict);
          outcomes.add(typeof residual === "boolean" ? String(residual) : "residual");
          const verdict = typeof residual === "boolean" ? residual : evaluate(residual, read);
          expect(verdict).toBe(evaluate(given, read));
          if (typeof residual !== "boolean") expect(partiallyEvaluate(residual, knownVerdict)).toEqual(residual);
        },
      ),
      { numRuns: 500, seed: 4 },
    );
    expect(outcomes).toEqual(new Set(["true", "false", "residual"]));
  });

  it("knows what having a row says of a count, and nothing where it depends on how many there are", () => {
    const field: FieldRef = { of: "orders", measure: "count", where: EVERYONE };
    fc.assert(
      fc.property(anyNumberTest, (given) => {
        const test: Test = { ...given, field };
        const verdicts = new Set([1, 2, 3, 4, 5].map((count) => evaluate(test, () => count)));
        const verdict = verdictWithRows(test);
        expect(verdict).toBe(verdicts.size === 1 ? [...verdicts][0] : undefined);
        expect(verdictWithRows({ ...given, field: { ...field, measure: "sum" } })).toBeUndefined();
      }),
    );
  });

  it("takes counts and sums without rows for 0, and other measures for missing", () => {
    const atMost = (measure: "count" | "sum" | "max", value: number): Test => ({
      kind: "compare",
      field: { of: "orders", measure, where: EVERYONE },
      how: "lte",
      value,
    });
    expect(holdsWithoutRows(atMost("count", 0))).toBe(true);
    expect(holdsWithoutRows(atMost("count", -1))).toBe(false);
    expect(holdsWithoutRows(atMost("sum", 0))).toBe(true);
    expect(holdsWithoutRows(atMost("max", 9))).toBe(false);
    expect(holdsWithoutRows({ kind: "numberIn", field: { of: "messages", event: "opened" }, values: [0] })).toBe(true);
  });
});

describe("required relations", () => {
  it("are those without whose rows alone partial evaluation finds the condition false", () => {
    const seen = new Set<number>();
    fc.assert(
      fc.property(anyGroup, (given) => {
        const required = requiredRelations(given, new Set<string>(NAMES), campaign);
        const expected = NAMES.filter((name) => {
          const withoutRows = (test: Test) => (campaign(test.field) === name ? holdsWithoutRows(test) : undefined);
          return partiallyEvaluate(given, withoutRows) === false;
        });
        seen.add(expected.length);
        expect([...required].sort()).toEqual(expected);
      }),
      { numRuns: 2_000, seed: 4 },
    );
    expect([...seen]).toEqual(expect.arrayContaining([0, 1, 2, 4]));
  });
});
