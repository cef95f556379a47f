import fc from "fast-check";
import { expect, it } from "vitest";
import { mergeRanges, type Range } from "./merge-ranges.js";

const bound = fc.option(fc.integer({ min: 0, max: 12 }), { nil: undefined, freq: 6 });
const anyRanges = fc.array(
  fc.tuple(bound, bound).map(([from, to]): Range<number> => ({ from, to })),
  { maxLength: 6 },
);
const isIn = (value: number, { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY }: Range<number>): boolean =>
  value >= from && value < to;

it("holds the same values in ranges that are in order, none empty, and with a gap between any two", () => {
  fc.assert(
    fc.property(anyRanges, (given) => {
      const merged = mergeRanges(given);
      for (let value = -1; value <= 13; value += 0.5) {
        expect(merged.filter((range) => isIn(value, range))).toHaveLength(given.some((range) => isIn(value, range)) ? 1 : 0);
      }
      for (const [index, { from, to }] of merged.entries()) {
        if (from !== undefined && to !== undefined) expect(from).toBeLessThan(to);
        const next = merged[index + 1];
        if (next) expect(to).toBeLessThan(next.from ?? Number.NEGATIVE_INFINITY);
      }
    }),
  );
});
