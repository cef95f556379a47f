import { type Day, type Period, periodOf, type ZoneDays } from "./calendar.js";
import { addCohorts, type CohortSales, type Cohorts } from "./cohorts.js";
import type { OrderLink } from "./order-link.js";
import { Recurrence } from "./recurrence.js";
import { addSales, type Buyers, NO_SALES, type Sales } from "./sales.js";

/** What is known of the orders of a day, week or month, but for the products. Those of a week or month are those of its days, merged. */
export class PeriodFigures {
  #sales = NO_SALES;
  readonly #recurrence = new Recurrence();
  readonly #cohorts = new Map<Day, CohortSales>();

  get sales(): Sales {
    return this.#sales;
  }

  get cohorts(): Cohorts {
    return this.#cohorts;
  }

  /** Who bought in this time, or in one from this day on that ends as it does. */
  buyersSince(from: Day): Buyers {
    return this.#recurrence.buyersSince(from);
  }

  /** One more order of a day. */
  add({ type, amount, placedAt, first, previous, beforePrevious }: OrderLink, { dayOf }: Pick<ZoneDays, "dayOf">): void {
    if (type === "refund") {
      this.#sales = addSales(this.#sales, { ...NO_SALES, refunds: 1, refunded: BigInt(amount) });
      return;
    }
    this.#sales = addSales(this.#sales, { ...NO_SALES, purchases: 1, purchased: BigInt(amount) });
    const month = periodOf("month", dayOf(placedAt)).from;
    const before = previous === undefined ? undefined : dayOf(previous);
    this.#recurrence.add(before, beforePrevious === undefined ? undefined : dayOf(beforePrevious));
    const isFirstOfMonth = before === undefined || before < month;
    const cohort = periodOf("month", dayOf(first ?? placedAt)).from;
    addCohorts(this.#cohorts, new Map([[cohort, { customers: isFirstOfMonth ? 1 : 0, purchased: BigInt(amount) }]]));
  }

  merge(other: PeriodFigures): void {
    this.#sales = addSales(this.#sales, other.#sales);
    this.#recurrence.merge(other.#recurrence);
    addCohorts(this.#cohorts, other.#cohorts);
  }

  /** The sums, with who bought; what a chart needs of a period. */
  summary({ from }: Pick<Period, "from">): PeriodSummary {
    return { ...this.#sales, ...this.buyersSince(from) };
  }

  /** As of a period: days of purchases within it are left out, since nobody will ask for a part of it. */
  toJSON({ from }: Period) {
    return {
      sales: salesJson(this.#sales),
      recurrence: this.#recurrence.toJSON(from),
      cohorts: [...this.#cohorts].map(([month, { customers, purchased }]) => [month, customers, String(purchased)] as const),
    };
  }

  static of({ sales, recurrence, cohorts }: PeriodFiguresJson): PeriodFigures {
    const figures = new PeriodFigures();
    figures.#sales = salesOf(sales);
    figures.#recurrence.merge(Recurrence.of(recurrence));
    addCohorts(
      figures.#cohorts,
      new Map(cohorts.map(([month, customers, purchased]) => [month, { customers, purchased: BigInt(purchased) }])),
    );
    return figures;
  }
}

export interface PeriodSummary extends Sales, Buyers {}

type SalesJson = readonly [number, string, number, string];
interface PeriodFiguresJson {
  readonly sales: SalesJson;
  readonly recurrence: ReturnType<Recurrence["toJSON"]>;
  readonly cohorts: readonly (readonly [Day, number, string])[];
}

function salesJson({ purchases, purchased, refunds, refunded }: Sales): SalesJson {
  return [purchases, String(purchased), refunds, String(refunded)];
}

function salesOf([purchases, purchased, refunds, refunded]: SalesJson): Sales {
  return { purchases, purchased: BigInt(purchased), refunds, refunded: BigInt(refunded) };
}
