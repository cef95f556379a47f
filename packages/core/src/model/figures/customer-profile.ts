import { recordOf } from "../record-of.js";

/** What customers are distributed by; who never purchased has no times. */
export const PROFILE_MEASURES = ["totalSpend", "orderCount", "lastOrderAt", "firstOrderAt"] as const;
export type ProfileMeasure = (typeof PROFILE_MEASURES)[number];

/** Of each measure, ascending: a value's bucket is the number of bounds that are no greater than it. */
export type ProfileBounds = Readonly<Record<ProfileMeasure, readonly number[]>>;

/** How many customers there are, and how they are distributed. */
export interface CustomerProfile {
  readonly count: number;
  /** In minor units, exact. */
  readonly totalSpend: bigint;
  /** Customers of each bucket, of which there is one more than bounds. Who has no value is in none. */
  readonly buckets: Readonly<Record<ProfileMeasure, readonly number[]>>;
}

/** Customers who are in the same buckets; -1 is that of no value. */
export interface ProfileGroup {
  readonly buckets: Readonly<Record<ProfileMeasure, number>>;
  readonly count: number;
  readonly totalSpend: bigint;
}

/** Groups add up; those with a negative count are taken off. No number of customers is below zero, whatever was written between two reads. */
export function profileOf(groups: Iterable<ProfileGroup>, bounds: ProfileBounds): CustomerProfile {
  const buckets = recordOf(PROFILE_MEASURES, (measure) => [0, ...bounds[measure].map(() => 0)]);
  let count = 0;
  let totalSpend = 0n;
  for (const group of groups) {
    count += group.count;
    totalSpend += group.totalSpend;
    for (const measure of PROFILE_MEASURES) {
      const bucket = group.buckets[measure];
      if (bucket >= 0) buckets[measure][bucket] = (buckets[measure][bucket] ?? 0) + group.count;
    }
  }
  const atLeastNone = (customers: number): number => Math.max(0, customers);
  return {
    count: atLeastNone(count),
    totalSpend,
    buckets: recordOf(PROFILE_MEASURES, (measure) => buckets[measure].map(atLeastNone)),
  };
}

/** -1 of no value. */
export function bucketOf(value: number | undefined, bounds: readonly number[]): number {
  return value === undefined ? -1 : bounds.filter((bound) => bound <= value).length;
}
