import { z } from "zod";
import type { EdgeContext } from "../../model/edge.js";
import { type Day, PERIOD_UNITS, type Period } from "../../model/figures/calendar.js";
import type { CohortSales } from "../../model/figures/cohorts.js";
import type { PeriodSummary } from "../../model/figures/period-figures.js";
import type { ProductSums } from "../../model/figures/product-sales.js";
import { formatInstant, type Instant } from "../../model/instant.js";
import { type View, viewSchema } from "../view.js";
import { exactSchema, viewDecimal, viewMean, viewSum } from "./decimal.js";

const day = z.iso.date();

const summary = z
  .object({
    orders: z.int().meta({ description: "Purchases and refunds that were not cancelled." }),
    purchases: z.int(),
    refunds: z.int(),
    purchased: exactSchema,
    refunded: exactSchema,
    revenue: exactSchema.meta({ description: "Purchased less refunded." }),
    averageBasket: exactSchema.nullable().meta({ description: "Purchased, by purchase; null where there is none." }),
    customers: z.int().meta({ description: "Who purchased, each once." }),
    newCustomers: z.int().meta({ description: "Those who had never purchased before." }),
    returningCustomers: z.int().meta({ description: "The others." }),
    repeatCustomers: z.int().meta({ description: "Who purchased more than once in this time; of `customers`." }),
  })
  .meta({ id: "OrderSummary" });
const period = summary.extend({ from: day, to: day }).meta({ id: "OrderPeriod", description: "From a day, up to another." });

const product = z.object({
  sku: z.string(),
  name: z.string().optional().meta({ description: "As it was called last." }),
  quantity: exactSchema.meta({ description: "Sold less given back." }),
  revenue: exactSchema.meta({ description: "Quantities times prices; a price may be finer than the currency." }),
  before: z.object({ quantity: exactSchema, revenue: exactSchema }).meta({ description: "In the time before." }),
});

const cohort = z.object({
  month: day.meta({ description: "The first day of the month of their first purchase." }),
  customers: z.int(),
  months: z
    .array(z.object({ month: day, customers: z.int(), purchased: exactSchema }))
    .meta({ description: "How many of them purchased in that month and each since in which somebody did, and for how much." }),
});

const schema = z
  .object({
    asOf: z.iso.datetime().meta({ description: "All orders that were stored before are counted." }),
    complete: z
      .boolean()
      .meta({ description: "False while figures are computed for the first time, as after a change of the time zone." }),
    timeZone: z.string(),
    currency: z.string(),
    by: z.enum(PERIOD_UNITS),
    totals: period,
    periods: z
      .array(period)
      .meta({ description: "Each day, week (from Monday) or month; the first and the last may be in part." }),
    before: z.object({ totals: period, periods: z.array(period) }).meta({ description: "As many days before." }),
    topProducts: z.array(product).meta({ description: "Ten, by revenue." }),
    topProductsExact: z
      .boolean()
      .meta({ description: "False where there were too many products in a month or day to keep all." }),
    cohorts: z.array(cohort).meta({ description: "Of the whole months in which this time lies, at most the latest 24." }),
  })
  .meta({ id: "OrderAnalytics" });

/** What orders of a time add up to. */
export interface OrderAnalytics extends View<z.output<typeof schema>> {}
export const orderAnalyticsViewSchema: z.ZodType<OrderAnalytics> = viewSchema(schema);

export interface PeriodOfOrders extends Pick<Period, "from" | "to"> {
  readonly summary: PeriodSummary;
}

export interface ProductFigures {
  readonly sku: string;
  readonly name: string | undefined;
  readonly sums: ProductSums;
  readonly before: ProductSums;
}

export interface CohortFigures {
  readonly month: Day;
  readonly months: readonly (CohortSales & { readonly month: Day })[];
}

/** What is put together for an answer. */
export interface AnalyticsFigures extends Pick<OrderAnalytics, "by" | "complete" | "topProductsExact"> {
  readonly asOf: Instant;
  readonly totals: PeriodOfOrders;
  readonly periods: readonly PeriodOfOrders[];
  readonly before: { readonly totals: PeriodOfOrders; readonly periods: readonly PeriodOfOrders[] };
  readonly products: readonly ProductFigures[];
  readonly cohorts: readonly CohortFigures[];
}

export function viewOrderAnalytics(figures: AnalyticsFigures, context: EdgeContext): OrderAnalytics {
  const period = (of: PeriodOfOrders) => viewPeriod(of, context);
  const { asOf, complete, by, totals, periods, before, products, topProductsExact, cohorts } = figures;
  return {
    asOf: formatInstant(asOf),
    complete,
    timeZone: context.timeZone,
    currency: context.currency,
    by,
    totals: period(totals),
    periods: periods.map(period),
    before: { totals: period(before.totals), periods: before.periods.map(period) },
    topProducts: products.map(({ sku, name, sums, before: earlier }) => ({
      sku,
      ...(name === undefined ? {} : { name }),
      ...viewProduct(sums),
      before: viewProduct(earlier),
    })),
    topProductsExact,
    cohorts: cohorts.map(({ month, months }) => ({
      month,
      customers: months[0]?.customers ?? 0,
      months: months.map(({ month: at, customers, purchased }) => ({
        month: at,
        customers,
        purchased: viewSum(purchased, context),
      })),
    })),
  };
}

export const orderPeriodViewSchema = viewSchema(period);
export interface OrderPeriod extends View<z.output<typeof period>> {}

export function viewPeriod({ from, to, summary: of }: PeriodOfOrders, context: EdgeContext): OrderPeriod {
  const { purchases, purchased, refunds, refunded, customers, newCustomers, repeatCustomers } = of;
  return {
    from,
    to,
    orders: purchases + refunds,
    purchases,
    refunds,
    purchased: viewSum(purchased, context),
    refunded: viewSum(refunded, context),
    revenue: viewSum(purchased - refunded, context),
    averageBasket: viewMean(purchased, purchases, context),
    customers,
    newCustomers,
    returningCustomers: customers - newCustomers,
    repeatCustomers,
  };
}

function viewProduct({ quantity, revenue }: ProductSums): { quantity: number | string; revenue: number | string } {
  return { quantity: viewDecimal(quantity), revenue: viewDecimal(revenue) };
}
