import { type Day, periodOf, type ZoneDays } from "./calendar.js";
import type { OrderLink } from "./order-link.js";

/** Of the customers who first bought in one month: how many bought in a time, and for how much. */
export interface CohortSales {
  readonly customers: number;
  readonly purchased: bigint;
}

export type CohortsJson = readonly (readonly [month: Day, customers: number, purchased: string])[];

/** Sales of a day or month by the first day of the month of the customer's first purchase. Those of a month are those of its days, merged. */
export class Cohorts {
  readonly #months = new Map<Day, CohortSales>();

  get(month: Day): CohortSales | undefined {
    return this.#months.get(month);
  }

  /** One more order. A customer counts in the month with the first purchase in it. */
  add({ type, amount, placedAt, first, previous }: OrderLink, { dayOf }: Pick<ZoneDays, "dayOf">): void {
    if (type === "refund") return;
    const month = periodOf("month", dayOf(placedAt)).from;
    const isFirstOfMonth = previous === undefined || dayOf(previous) < month;
    this.#add(periodOf("month", dayOf(first ?? placedAt)).from, { customers: isFirstOfMonth ? 1 : 0, purchased: BigInt(amount) });
  }

  merge(other: Cohorts): void {
    for (const [month, sales] of other.#months) this.#add(month, sales);
  }

  toJSON(): CohortsJson {
    return [...this.#months].map(([month, { customers, purchased }]) => [month, customers, String(purchased)]);
  }

  static of(json: CohortsJson): Cohorts {
    const cohorts = new Cohorts();
    for (const [month, customers, purchased] of json) cohorts.#add(month, { customers, purchased: BigInt(purchased) });
    return cohorts;
  }

  #add(month: Day, { customers, purchased }: CohortSales): void {
    const before = this.#months.get(month) ?? { customers: 0, purchased: 0n };
    this.#months.set(month, { customers: before.customers + customers, purchased: before.purchased + purchased });
  }
}
