import { mergeRanges, type Range, type TimeRange, type YearlyDays } from "@crm-engine/core/ports";
import type { Limits } from "./compile-target.js";
import { ALWAYS, type Compiled, combine, NEVER } from "./expressions.js";

/** Half-open; an absent end is open. */
type Span<T> = readonly [from: T | undefined, to: T | undefined];

/** Whether an instant, or null, lies in one of the ranges. */
export function inRanges(instant: Compiled, ranges: readonly TimeRange[], limits: Limits): Compiled {
  return inSpans(instant, spansOf(ranges), limits);
}

/** The same for a wall clock, which is a text. */
export function inWallClockRanges(wallClock: Compiled, ranges: readonly TimeRange[], limits: Limits): Compiled {
  return inSpans(
    wallClock,
    spansOf(ranges.map(({ fromWallClock, toWallClock }) => ({ from: fromWallClock, to: toWallClock }))),
    limits,
  );
}

/** Whether a wall clock, or null, is on one of the days. */
export function onDays({ sql, values }: Compiled, { runs, before }: YearlyDays): Compiled {
  // BETWEEN evaluates the expression once, and mostly fails.
  const tests = runs.map(({ first, last }) => ({
    sql: `substr(${sql}, 6, 5) BETWEEN ? AND ?`,
    values: [...values, first, last],
  }));
  return combine([combine(tests, "OR"), { sql: `(${sql} < ?)`, values: [...values, before] }], "AND");
}

function spansOf<T extends number | string>(ranges: readonly Range<T>[]): readonly Span<T>[] {
  return mergeRanges(ranges).map(({ from, to }) => [from, to]);
}

function inSpans({ sql, values }: Compiled, spans: readonly Span<number | string>[], limits: Limits): Compiled {
  if (spans.length === 0) return NEVER;
  if (spans.length > limits.ranges) {
    const inside = `(s.value ->> 0 IS NULL OR ${sql} >= s.value ->> 0) AND (s.value ->> 1 IS NULL OR ${sql} < s.value ->> 1)`;
    const list = JSON.stringify(spans.map(([from, to]) => [from ?? null, to ?? null]));
    return {
      sql: `(${sql} IS NOT NULL AND EXISTS (SELECT 1 FROM json_each(?) s WHERE ${inside}))`,
      values: [...values, list, ...values, ...values],
    };
  }
  return combine([beginsIn({ sql, values }, spans), endsIn({ sql, values }, spans)], "AND");
}

/** Not before the first span. Excludes null explicitly where no bound does. */
function beginsIn({ sql, values }: Compiled, spans: readonly Span<number | string>[]): Compiled {
  const from = spans[0]?.[0];
  if (from !== undefined) return { sql: `(${sql} >= ?)`, values: [...values, from] };
  return spans.at(-1)?.[1] === undefined ? { sql: `(${sql} IS NOT NULL)`, values } : ALWAYS;
}

/** Before the end of the last span that starts at or before the value: found by binary search, seven comparisons for a hundred spans. */
function endsIn(column: Compiled, spans: readonly Span<number | string>[]): Compiled {
  const { sql, values } = column;
  const half = spans.length >> 1;
  const [middle, end] = spans[half] ?? [];
  if (half > 0 && middle !== undefined) {
    const before = endsIn(column, spans.slice(0, half));
    const after = endsIn(column, spans.slice(half));
    return {
      sql: `CASE WHEN ${sql} < ? THEN ${before.sql} ELSE ${after.sql} END`,
      values: [...values, middle, ...before.values, ...after.values],
    };
  }
  return end === undefined ? ALWAYS : { sql: `(${sql} < ?)`, values: [...values, end] };
}
