import type { TimeRange } from "@crm-engine/core/ports";
import fc from "fast-check";

const DAY_MS = 86_400_000;
const FIRST = Date.UTC(1995, 0, 1);
const LAST = Date.UTC(2015, 0, 1);

const anyMidnight = fc.integer({ min: FIRST / DAY_MS, max: LAST / DAY_MS }).map((day) => day * DAY_MS);
const anyTime = fc.oneof(anyMidnight, fc.integer({ min: FIRST, max: LAST }));

/** Times from 1995 to 2015, in every form that data may have: a date, a local time or an instant. */
export const anyTimeText: fc.Arbitrary<string> = fc.oneof(
  anyMidnight.map((time) => new Date(time).toISOString().slice(0, 10)),
  anyTime.map(wallClockOf),
  anyTime.map((time) => new Date(time).toISOString()),
);

const anyRange = fc
  .record({ from: anyTime, to: anyTime }, { requiredKeys: [], noNullPrototype: true })
  .map(({ from, to }: { readonly from?: number; readonly to?: number }) => rangeOf(from, to));
const shortRange = fc.tuple(anyTime, fc.integer({ min: 0, max: 200 })).map(([from, days]) => rangeOf(from, from + days * DAY_MS));

/**
 * The same days of several years, which may run into the next year; 29 February is 1 March where there is none. Some recur less
 * regularly: every other year, or with a later start in every third.
 */
const anniversaries = fc
  .record({
    year: fc.constantFrom(1960, 1994, 2003),
    years: fc.integer({ min: 2, max: 50 }),
    every: fc.constantFrom(1, 1, 2),
    month: fc.constantFrom(0, 1, 1, 2, 6, 11, 11),
    day: fc.integer({ min: 1, max: 31 }),
    days: fc.constantFrom(1, 8, 60, 300),
    laterMs: fc.constantFrom(0, 0, DAY_MS / 2),
  })
  .map(({ year, years, every, month, day, days, laterMs }) =>
    Array.from({ length: years }, (_, index) => {
      const from = Date.UTC(year + index * every, month, day);
      return rangeOf(from + (index % 3 === 0 ? days * laterMs : 0), from + days * DAY_MS);
    }),
  );

/** As rules have them, and in every other way: unordered, overlapping, empty, open. */
export const anyRanges: fc.Arbitrary<readonly TimeRange[]> = fc.oneof(
  anniversaries,
  fc.tuple(anniversaries, fc.array(anyRange, { maxLength: 1 })).map((parts) => parts.flat().reverse()),
  fc.array(shortRange, { minLength: 1, maxLength: 40 }),
  fc.array(fc.oneof(anyRange, shortRange), { minLength: 1, maxLength: 3 }),
);

function rangeOf(from: number | undefined, to: number | undefined): TimeRange {
  return {
    ...(from === undefined ? {} : { from, fromWallClock: wallClockOf(from) }),
    ...(to === undefined ? {} : { to, toWallClock: wallClockOf(to) }),
  };
}

function wallClockOf(time: number): string {
  return new Date(time).toISOString().slice(0, -1);
}
