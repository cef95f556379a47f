import { mergeRanges, type Range } from "@crm-engine/core/ports";
import type { Document } from "mongodb";

/** Between instants or between wall clocks; the bounds of one list are all of one kind. */
export type Bounds = Range<number | string>;

/** Up to so many ranges a list of tests is as quick as a decision tree. */
const FEW_RANGES = 4;

/** The filter for a value in one of the ranges; undefined where there is no path, or where no value is in any range. */
export function inAny(path: string | undefined, ranges: readonly Bounds[]): Document | undefined {
  if (path === undefined) return undefined;
  const merged = mergeRanges(ranges);
  if (merged.length > FEW_RANGES) return decide(path, merged, boundsOf(merged[0]?.from, merged.at(-1)?.to), true);
  const tests = merged.map(({ from, to }) => ({ [path]: boundsOf(from, to) }));
  return tests.length > 1 ? { $or: tests } : tests[0];
}

/** The bounds of one range; a value must be present even where both are open. */
export function boundsOf(from: Bounds["from"], to: Bounds["to"]): Document {
  if (from === undefined && to === undefined) return { $exists: true };
  return { ...(from === undefined ? {} : { $gte: from }), ...(to === undefined ? {} : { $lt: to }) };
}

/**
 * A decision tree: whether a value that passes the guard is in one of the ranges or, where `inside` is false, in none of them. It is
 * a binary search, so that an anniversary over 127 years takes some 7 steps; a half is skipped if its guard fails. MongoDB reorders
 * the terms of a conjunction: it would test an `$or` before the guard, but tests a `$nor` after it. So each step is negated: a value is
 * inside if it is neither in the gaps of the lower half nor in those of the upper one.
 */
function decide(path: string, ranges: readonly Bounds[], guard: Document, inside: boolean): Document {
  const middle = ranges.length >> 1;
  const start = ranges[middle]?.from;
  if (middle === 0) {
    const met = { [path]: boundsOf(start, ranges[middle]?.to) };
    return inside ? met : { [path]: guard, $nor: [met] };
  }
  const halves = [
    decide(path, ranges.slice(0, middle), { $lt: start }, !inside),
    decide(path, ranges.slice(middle), { $gte: start }, !inside),
  ];
  return { [path]: guard, $nor: halves };
}
