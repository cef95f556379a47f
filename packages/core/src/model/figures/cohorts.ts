import type { Day } from "./calendar.js";

/** Of the customers who first bought in one month: how many bought in a time, and for how much. */
export interface CohortSales {
  readonly customers: number;
  readonly purchased: bigint;
}

/** By the first day of the month of the first purchase. */
export type Cohorts = ReadonlyMap<Day, CohortSales>;

export function addCohorts(into: Map<Day, CohortSales>, more: Cohorts): void {
  for (const [month, { customers, purchased }] of more) {
    const before = into.get(month) ?? { customers: 0, purchased: 0n };
    into.set(month, { customers: before.customers + customers, purchased: before.purchased + purchased });
  }
}
