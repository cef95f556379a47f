import fc from "fast-check";
import type { Document } from "mongodb";
import { describe, expect, it } from "vitest";
import { type Bounds, inAny } from "./time-ranges.js";

describe("whether a time is in one of many ranges", () => {
  it("tests few ranges one by one, merged where they touch, and none that is empty", () => {
    const touching = [{ from: 5, to: 9 }, { from: 3, to: 3 }, { to: 2 }, { from: 1, to: 4 }];
    expect(inAny("at", touching)).toEqual({ $or: [{ at: { $lt: 4 } }, { at: { $gte: 5, $lt: 9 } }] });
    expect(inAny("at", [{ from: 3, to: 3 }])).toBeUndefined();
    expect(inAny("at", [{ from: 5 }, { to: 5 }])).toEqual({ at: { $exists: true } });
    expect(inAny(undefined, touching)).toBeUndefined();
  });

  it("is what the ranges say, in any order, overlapping and open", () => {
    const some = fc
      .tuple(fc.integer({ min: -99, max: 99 }), fc.integer({ min: -2, max: 6 }))
      .map(([from, length]) => ({ from, to: from + length }));
    const open = fc.integer({ min: 80, max: 99 }).chain((end) => fc.constantFrom({ from: end }, { to: -end }));
    const ranges = fc.array(fc.oneof({ weight: 20, arbitrary: some }, open), { minLength: 1, maxLength: 40, size: "max" });
    let decided = 0;
    fc.assert(
      fc.property(ranges, (given: readonly Bounds[]) => {
        const filter = inAny("at", given);
        if (JSON.stringify(filter ?? "").includes("$nor")) decided += 1;
        for (const at of [undefined, ...Array.from({ length: 201 }, (_, index) => index - 100)]) {
          expect(filter !== undefined && meets(filter, at)).toBe(given.some((range) => isIn(at, range)));
        }
      }),
      { numRuns: 300 },
    );
    expect(decided).toBeGreaterThan(100);
  });

  it("decides among 127 years in few steps", () => {
    const years = Array.from({ length: 127 }, (_, index) => ({ from: 1_000 * index, to: 1_000 * index + 8 }));
    const filter = inAny("at", years) ?? {};
    for (let at = 0; at < 127_000; at += 500) {
      const steps = { left: 40 };
      expect(meets(filter, at, steps)).toBe(at % 1_000 === 0);
      expect(steps.left).toBeGreaterThan(0);
    }
  });
});

function isIn(at: number | undefined, { from, to }: Bounds): boolean {
  return at !== undefined && at >= Number(from ?? Number.NEGATIVE_INFINITY) && at < Number(to ?? Number.POSITIVE_INFINITY);
}

/** As a server evaluates a filter of one path: from left to right, stopping where the outcome is known. */
function meets(filter: Document, value: number | string | undefined, steps = { left: Number.POSITIVE_INFINITY }): boolean {
  return Object.entries(filter).every(([key, asked]) => {
    if (key === "$or") return asked.some((part: Document) => meets(part, value, steps));
    if (key === "$nor") return !asked.some((part: Document) => meets(part, value, steps));
    return Object.entries(asked).every(([operator, bound]) => {
      steps.left -= 1;
      if (value === undefined) return false;
      if (operator === "$exists") return true;
      const isBelow = typeof value === "string" ? value < String(bound) : value < Number(bound);
      return operator === "$gte" ? !isBelow : isBelow;
    });
  });
}
