import type { Day } from "./calendar.js";
import type { Buyers } from "./sales.js";

const DAY_MS = 86_400_000;
/** Stands for the day of a purchase that there never was; it comes before all days. */
const NEVER = Number.NEGATIVE_INFINITY;

/** Of each kind: those without an earlier purchase, and then, in turn, by how many days before the period one was, and how many there are. */
export type RecurrenceJson = readonly [previous: readonly number[], beforePrevious: readonly number[]];

/**
 * How many purchases of a time there are by the day of their customer's purchase before, and by the day of the one before that. So who
 * bought in any days is counted exactly without a list of customers: a purchase is its customer's first since a day if the one before
 * it came earlier than that day, and its second if only the one before that did. Parts add up.
 */
export class Recurrence {
  /** By days since 1970. */
  readonly #previous = new Map<number, number>();
  readonly #beforePrevious = new Map<number, number>();

  add(previous: Day | undefined, beforePrevious: Day | undefined): void {
    count(this.#previous, numberOf(previous), 1);
    count(this.#beforePrevious, numberOf(beforePrevious), 1);
  }

  merge(other: Recurrence): void {
    for (const [day, purchases] of other.#previous) count(this.#previous, day, purchases);
    for (const [day, purchases] of other.#beforePrevious) count(this.#beforePrevious, day, purchases);
  }

  /** Who bought in the time that this is of, which begins no earlier than this day, or in one from this day on of which it is the end. */
  buyersSince(from: Day): Buyers {
    const first = numberOf(from);
    const customers = before(this.#previous, first);
    return {
      customers,
      newCustomers: this.#previous.get(NEVER) ?? 0,
      repeatCustomers: before(this.#beforePrevious, first) - customers,
    };
  }

  /** As of a period that begins on this day, without the days from it on, which nobody will ask for of such a period. */
  toJSON(from: Day): RecurrenceJson {
    const first = numberOf(from);
    const written = (counts: ReadonlyMap<number, number>): readonly number[] => [
      counts.get(NEVER) ?? 0,
      ...[...counts].flatMap(([day, purchases]) => (day < first && day !== NEVER ? [first - day, purchases] : [])),
    ];
    return [written(this.#previous), written(this.#beforePrevious)];
  }

  static of([previous, beforePrevious]: RecurrenceJson, from: Day): Recurrence {
    const recurrence = new Recurrence();
    const first = numberOf(from);
    const read = (into: Map<number, number>, [never = 0, ...pairs]: readonly number[]): void => {
      if (never > 0) into.set(NEVER, never);
      for (let place = 0; place < pairs.length; place += 2) into.set(first - (pairs[place] ?? 0), pairs[place + 1] ?? 0);
    };
    read(recurrence.#previous, previous);
    read(recurrence.#beforePrevious, beforePrevious);
    return recurrence;
  }
}

function numberOf(day: Day | undefined): number {
  return day === undefined ? NEVER : Date.parse(day) / DAY_MS;
}

function count(counts: Map<number, number>, day: number, purchases: number): void {
  counts.set(day, (counts.get(day) ?? 0) + purchases);
}

function before(counts: ReadonlyMap<number, number>, from: number): number {
  let purchases = 0;
  for (const [day, number] of counts) if (day < from) purchases += number;
  return purchases;
}
