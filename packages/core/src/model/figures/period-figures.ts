import type { Day, Period, ZoneDays } from "./calendar.js";
import type { OrderLink } from "./order-link.js";
import { Recurrence, type RecurrenceJson } from "./recurrence.js";
import { addSales, type Buyers, NO_SALES, type Sales } from "./sales.js";

/** What orders of a period add up to, and who bought in it. */
export interface PeriodSummary extends Sales, Buyers {}

/** A summary of nothing. */
export const NO_SUMMARY: PeriodSummary = { ...NO_SALES, customers: 0, newCustomers: 0, repeatCustomers: 0 };

type SalesJson = readonly [purchases: number, purchased: string, refunds: number, refunded: string];
export type PeriodFiguresJson = readonly [sales: SalesJson, recurrence: RecurrenceJson];
export type PeriodSummaryJson = readonly [...SalesJson, customers: number, newCustomers: number, repeatCustomers: number];

/** Orders of a day, week or month. Those of a week or month, or of any days, are those of its days, merged. */
export class PeriodFigures {
  #sales = NO_SALES;
  readonly #recurrence = new Recurrence();

  /** One more order of a day. */
  add({ type, amount, previous, beforePrevious }: OrderLink, { dayOf }: Pick<ZoneDays, "dayOf">): void {
    if (type === "refund") {
      this.#sales = addSales(this.#sales, { ...NO_SALES, refunds: 1, refunded: BigInt(amount) });
      return;
    }
    this.#sales = addSales(this.#sales, { ...NO_SALES, purchases: 1, purchased: BigInt(amount) });
    const day = (instant: number | undefined): Day | undefined => (instant === undefined ? undefined : dayOf(instant));
    this.#recurrence.add(day(previous), day(beforePrevious));
  }

  merge(other: PeriodFigures): void {
    this.#sales = addSales(this.#sales, other.#sales);
    this.#recurrence.merge(other.#recurrence);
  }

  /** Of the period, or of one that begins on an earlier day and ends as it does. */
  summary({ from }: Pick<Period, "from">): PeriodSummary {
    return { ...this.#sales, ...this.#recurrence.buyersSince(from) };
  }

  toJSON({ from }: Pick<Period, "from">): PeriodFiguresJson {
    return [salesJson(this.#sales), this.#recurrence.toJSON(from)];
  }

  static of([sales, recurrence]: PeriodFiguresJson, { from }: Pick<Period, "from">): PeriodFigures {
    const figures = new PeriodFigures();
    figures.#sales = salesOf(sales);
    figures.#recurrence.merge(Recurrence.of(recurrence, from));
    return figures;
  }
}

export function summaryJson(summary: PeriodSummary): PeriodSummaryJson {
  return [...salesJson(summary), summary.customers, summary.newCustomers, summary.repeatCustomers];
}

export function summaryOf(json: PeriodSummaryJson): PeriodSummary {
  const [purchases, purchased, refunds, refunded, customers, newCustomers, repeatCustomers] = json;
  return { ...salesOf([purchases, purchased, refunds, refunded]), customers, newCustomers, repeatCustomers };
}

function salesJson({ purchases, purchased, refunds, refunded }: Sales): SalesJson {
  return [purchases, String(purchased), refunds, String(refunded)];
}

function salesOf([purchases, purchased, refunds, refunded]: SalesJson): Sales {
  return { purchases, purchased: BigInt(purchased), refunds, refunded: BigInt(refunded) };
}
