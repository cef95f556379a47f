import type { Day } from "./calendar.js";
import type { Buyers } from "./sales.js";

/** Stands for the day of a purchase that there never was; it comes before all days. */
const NEVER: Day = "";

/**
 * How many purchases of a time there are by the day of their customer's purchase before, and by the day of the one before that. So who
 * bought in any days is counted exactly without a list of customers: a purchase is its customer's first since a day if the one before
 * it came earlier than that day, and its second if only the one before that did. Parts add up.
 */
export class Recurrence {
  readonly #previous = new Map<Day, number>();
  readonly #beforePrevious = new Map<Day, number>();

  add(previous: Day | undefined, beforePrevious: Day | undefined, purchases = 1): void {
    count(this.#previous, previous ?? NEVER, purchases);
    count(this.#beforePrevious, beforePrevious ?? NEVER, purchases);
  }

  merge(other: Recurrence): void {
    for (const [day, purchases] of other.#previous) count(this.#previous, day, purchases);
    for (const [day, purchases] of other.#beforePrevious) count(this.#beforePrevious, day, purchases);
  }

  /** Who bought in the time that this is of, which begins no earlier than this day, or in one from this day on of which it is the end. */
  buyersSince(from: Day): Buyers {
    const customers = before(this.#previous, from);
    return {
      customers,
      newCustomers: this.#previous.get(NEVER) ?? 0,
      repeatCustomers: before(this.#beforePrevious, from) - customers,
    };
  }

  /** Without the days from this one on, which nobody will ask for of a time that begins then. */
  toJSON(from?: Day): readonly [readonly (readonly [Day, number])[], readonly (readonly [Day, number])[]] {
    const known = (counts: ReadonlyMap<Day, number>) => [...counts].filter(([day]) => from === undefined || day < from);
    return [known(this.#previous), known(this.#beforePrevious)];
  }

  static of([previous, beforePrevious]: ReturnType<Recurrence["toJSON"]>): Recurrence {
    const recurrence = new Recurrence();
    for (const [day, purchases] of previous) count(recurrence.#previous, day, purchases);
    for (const [day, purchases] of beforePrevious) count(recurrence.#beforePrevious, day, purchases);
    return recurrence;
  }
}

function count(counts: Map<Day, number>, day: Day, purchases: number): void {
  counts.set(day, (counts.get(day) ?? 0) + purchases);
}

function before(counts: ReadonlyMap<Day, number>, from: Day): number {
  let purchases = 0;
  for (const [day, number] of counts) if (day < from) purchases += number;
  return purchases;
}
