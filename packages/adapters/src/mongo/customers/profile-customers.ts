import {
  type Condition,
  type CustomerProfile,
  PROFILE_MEASURES,
  type ProfileBounds,
  type ProfileMeasure,
  profileOf,
  type QueryOptions,
  recordOf,
  SUM_UNIT,
  sumOf,
} from "@crm-engine/core/ports";
import type { Document } from "mongodb";
import { runPipeline } from "../database/run-pipeline.js";
import { type Addend, addendsOf, unite } from "../query/add-up.js";
import { analyseCondition } from "../query/analyse-condition.js";
import type { Collections } from "../schema/collections.js";

interface Group {
  readonly _id: Readonly<Record<ProfileMeasure, number>>;
  readonly count: number;
  readonly high: number;
  readonly low: number;
}

/** Customers are grouped by all their buckets together; of these groups there are few. */
export async function profileCustomers(
  collections: Collections,
  condition: Condition,
  bounds: ProfileBounds,
  options?: QueryOptions,
): Promise<CustomerProfile> {
  const grouped = (addend: Addend) => ({ on: addend.on, stages: [...addend.stages, groupByBuckets(addend, bounds)] });
  const [first, ...others] = addendsOf(analyseCondition(condition), collections, "documents");
  const { on, stages } = unite([grouped(first), ...others.map(grouped)], collections);
  const groups = await runPipeline<Group>(collections[on], stages, options);
  return profileOf(
    groups.map(({ _id, count, ...sums }) => ({ buckets: _id, count, totalSpend: sumOf(sums) })),
    bounds,
  );
}

/** Spend in parts of `SUM_UNIT`, since no server's sum of numbers past 2^53 is exact. */
function groupByBuckets({ prefix, sign }: Addend, bounds: ProfileBounds): Document {
  const spend = `$${prefix}totalSpend`;
  const low = { $mod: [spend, SUM_UNIT] };
  const high = { $divide: [{ $subtract: [spend, low] }, SUM_UNIT] };
  const signed = (sum: Document) => ({ $sum: sign === 1 ? sum : { $subtract: [0, sum] } });
  return {
    $group: {
      _id: recordOf(PROFILE_MEASURES, (measure) => bucket(`$${prefix}${measure}`, bounds[measure])),
      count: { $sum: sign },
      high: signed(high),
      low: signed(low),
    },
  };
}

/** Finds a value's bucket by bisection. */
function bucket(value: string, bounds: readonly number[]): Document {
  const bisect = (from: number, to: number): Document | number => {
    if (from === to) return from;
    const middle = (from + to) >> 1;
    return { $cond: [{ $lt: [value, bounds[middle]] }, bisect(from, middle), bisect(middle + 1, to)] };
  };
  return { $cond: [{ $lte: [value, null] }, -1, bisect(0, bounds.length)] };
}
