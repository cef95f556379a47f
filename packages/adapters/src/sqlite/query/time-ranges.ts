import { mergeRanges, type Range, type TimeRange } from "@crm-engine/core/ports";
import type { Limits } from "./compile-target.js";
import { ALWAYS, type Compiled, combine, NEVER } from "./expressions.js";

/** So many ranges are likely to recur yearly, on the same days. */
const MANY = 8;
const MIDNIGHT = "T00:00:00.000";

/** Half-open; an absent end is open. */
type Span<T> = readonly [from: T | undefined, to: T | undefined];

/** Whether an instant, or null, lies in one of the ranges. */
export function inRanges(instant: Compiled, ranges: readonly TimeRange[], limits: Limits): Compiled {
  return inSpans(instant, spansOf(ranges), limits);
}

/** The same for a wall clock, which is a text. */
export function inWallClockRanges(wallClock: Compiled, ranges: readonly TimeRange[], limits: Limits): Compiled {
  const spans = spansOf(ranges.map(({ fromWallClock, toWallClock }) => ({ from: fromWallClock, to: toWallClock })));
  const yearly = spans.length < MANY ? [] : spans.map(inYear);
  const isSame = yearly.length > 0 && yearly.every((span, index) => isSameIn(span, yearly[0], index));
  const left: readonly Span<string>[] = isSame ? [[spans[0]?.[0], spans.at(-1)?.[1]]] : spans;
  return combine([inHull(wallClock, yearly), inSpans(wallClock, left, limits)], "AND");
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

/** The year in which a span begins, how many years later it ends, and both ends within their years. */
interface YearSpan {
  readonly year: number;
  readonly years: number;
  readonly first: string;
  readonly last: string;
}

function inYear([from = "", to = ""]: Span<string>): YearSpan {
  const year = Number(from.slice(0, 4) || Number.NaN);
  return { year, years: Number(to.slice(0, 4) || Number.NaN) - year, first: from.slice(5), last: to.slice(5) };
}

function isSameIn(span: YearSpan, first: YearSpan | undefined, yearsLater: number): boolean {
  return span.years === 0 && span.year - yearsLater === first?.year && span.first === first.first && span.last === first.last;
}

/**
 * A cheap test that all wall clocks in the spans pass and, where the spans recur yearly, few others do: it alone rules out nearly
 * everyone whose anniversary it isn't.
 */
function inHull({ sql, values }: Compiled, spans: readonly YearSpan[]): Compiled {
  const [within, across] = [spans.filter(({ years }) => years === 0), spans.filter(({ years }) => years === 1)];
  if (spans.length === 0 || within.length + across.length < spans.length) return ALWAYS;
  const widest = across.length > 0 ? across : within;
  const [first = ""] = widest.map((span) => span.first).sort();
  const [last = ""] = widest.map((span) => span.last).sort((a, b) => (a > b ? -1 : 1));
  const wholeDays = spans.every((span) => span.first.endsWith(MIDNIGHT) && span.last.endsWith(MIDNIGHT));
  const [day, begin, end] = wholeDays
    ? [`substr(${sql}, 6, 5)`, first.slice(0, 5), last.slice(0, 5)]
    : [`substr(${sql}, 6)`, first, last];
  if (across.length === 0) {
    // BETWEEN evaluates the expression once, and mostly fails.
    const tests = `${day} BETWEEN ? AND ? AND ${day} < ?`;
    return { sql: `(${tests})`, values: [...values, begin, end, ...values, end] };
  }
  if (within.some((span) => span.first < first && span.last > last)) return ALWAYS;
  return { sql: `(${day} >= ? OR ${day} < ?)`, values: [...values, begin, ...values, end] };
}
