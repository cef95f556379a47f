import type { AnalyticsQuery, OrdersApi } from "../../engine/orders.js";
import { invalid } from "../../errors.js";
import { addDays, type Day, daysBetween, periodOf, periodsOf, type ZoneDays, zoneDays } from "../../model/figures/calendar.js";
import type { ProductSales } from "../../model/figures/product-sales.js";
import { readTimeText } from "../../model/instant.js";
import { type CohortFigures, type ProductFigures, viewOrderAnalytics } from "../../view/figures/order-analytics.js";
import type { EngineParts } from "../engine-parts.js";
import { freshness } from "./freshness.js";
import { type DayRange, type KeptFigures, keptFigures, namesOf, ordersOf, productsOf } from "./kept-figures.js";
import { salesByPeriod } from "./sales-by-period.js";

/** If no day is given: so many, up to today. */
const DAYS = 30;
const MAX_PERIODS = 400;
const MAX_DAYS = 20_000;
const TOP_PRODUCTS = 10;
const MAX_COHORTS = 24;

type Parts = Pick<EngineParts, "store" | "context" | "clock">;

/** Put together from what is kept of days, weeks and months: what it costs does not depend on how many orders there are. */
export function createOrderAnalytics(parts: Parts): OrdersApi["analytics"] {
  const { store, context } = parts;
  const kept = keptFigures(store.figures, context.timeZone);
  const zone = zoneDays(context.timeZone);
  return async (query = {}) => {
    const { asOf, isComplete } = await freshness(parts);
    const days = rangeOf(query, zone, await parts.clock());
    const before = rangeBefore(days);
    const by = query.by ?? "day";
    const [products, productsBefore] = [await productsOf(kept, days), await productsOf(kept, before)];
    return viewOrderAnalytics(
      {
        asOf,
        complete: isComplete,
        by,
        totals: { ...days, summary: (await ordersOf(kept, days)).summary(days) },
        periods: await salesByPeriod(kept, by, days),
        before: {
          totals: { ...before, summary: (await ordersOf(kept, before)).summary(before) },
          periods: await salesByPeriod(kept, by, before),
        },
        products: await topProducts(kept, days, products, productsBefore),
        topProductsExact: !products.isCut && !productsBefore.isCut,
        cohorts: await cohortsOf(kept, days, periodOf("month", zone.dayOf(await parts.clock())).to),
      },
      context,
    );
  };
}

/** As many days before. */
export function rangeBefore({ from, to }: DayRange): DayRange {
  return { from: addDays(from, -daysBetween(from, to)), to: from };
}

function rangeOf({ from, to, by = "day" }: AnalyticsQuery, { dayOf }: ZoneDays, now: number): DayRange {
  const end = to === undefined ? addDays(dayOf(now), 1) : dayIn("to", to);
  const days = { from: from === undefined ? addDays(end, -DAYS) : dayIn("from", from), to: end };
  if (days.from >= days.to)
    throw invalid([{ path: "to", message: "must be later than from; it is the first day that is left out" }]);
  if (daysBetween(days.from, days.to) > MAX_DAYS)
    throw invalid([{ path: "from", message: `at most ${MAX_DAYS} days can be asked for` }]);
  const periods = periodsOf(by, days.from, days.to).length;
  if (periods > MAX_PERIODS) {
    throw invalid([
      { path: "by", message: `at most ${MAX_PERIODS} periods can be shown, and these are ${periods}: ask by week or month` },
    ]);
  }
  return days;
}

function dayIn(path: string, text: string): Day {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && readTimeText(text)) return text;
  throw invalid([{ path, message: "must be a date such as 2011-12-09: figures are by day" }]);
}

async function topProducts(
  kept: KeptFigures,
  days: DayRange,
  products: ProductSales,
  before: ProductSales,
): Promise<readonly ProductFigures[]> {
  const skus = products.top(TOP_PRODUCTS);
  const names = await namesOf(kept, days, skus);
  return skus.map((sku) => ({ sku, name: names.get(sku), sums: products.get(sku), before: before.get(sku) }));
}

/** Of whom the first purchase is in one of the months; a month in which none of them bought is left out. */
async function cohortsOf(kept: KeptFigures, { from, to }: DayRange, end: Day): Promise<readonly CohortFigures[]> {
  const months = periodsOf("month", periodOf("month", from).from, to).slice(-MAX_COHORTS);
  const first = months[0]?.from ?? from;
  const sales = [...(await kept.cohorts("month", { from: first, to: end > to ? end : to }))];
  return months.flatMap(({ from: month }) => {
    const own = sales.flatMap(([at, cohorts]) => {
      const cohort = cohorts.get(month);
      return cohort ? [{ month: at, ...cohort }] : [];
    });
    return own.length > 0 ? [{ month, months: own }] : [];
  });
}
