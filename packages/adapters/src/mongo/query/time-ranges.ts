import { disjoint, type Range } from "@crm-engine/core/ports";
import type { Document } from "mongodb";
import { patternOfDays } from "./days-of-year.js";

/** Instants, or wall clocks, of which every bound of one value is. */
export type Bounds = Range<number | string>;

/** Up to so many ranges one test after the other is as quick as deciding. */
const FEW = 4;

/** Whether the value at a path is in one of the ranges; undefined where there is no path, or nothing can be. */
export function inAny(path: string | undefined, ranges: readonly Bounds[]): Document | undefined {
  if (path === undefined) return undefined;
  const apart = disjoint(ranges);
  if (apart.length > FEW) return decide(path, apart, guardOf(apart), true);
  const tests = apart.map(({ from, to }) => ({ [path]: boundsOf(from, to) }));
  return tests.length > 1 ? { $or: tests } : tests[0];
}

/** What is between, and there at all. */
export function boundsOf(from: Bounds["from"], to: Bounds["to"]): Document {
  if (from === undefined && to === undefined) return { $exists: true };
  return { ...(from === undefined ? {} : { $gte: from }), ...(to === undefined ? {} : { $lt: to }) };
}

/** What every value in many ranges meets, and not many others: yearly days, where the ranges are such. */
function guardOf(ranges: readonly Bounds[]): Document {
  const days = patternOfDays(ranges);
  return days === undefined ? boundsOf(ranges[0]?.from, ranges.at(-1)?.to) : { $regex: days };
}

/**
 * Whether a value that passes the guard is in one of the ranges, or, `inside` being false, in none of them: by halves, so that an
 * anniversary of 127 years takes some 7 steps. A half is passed over where its guard fails. MongoDB sorts what is under `$and`, and
 * would test an `$or` before a guard, but a `$nor` after it; so it is "not in the gaps of the one half, nor in those of the other",
 * and turns about with each step.
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
