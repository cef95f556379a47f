import { type Day, type Period, type PeriodUnit, periodOf, periodsOf, piecesOf } from "../../model/figures/calendar.js";
import { Cohorts } from "../../model/figures/cohorts.js";
import { PeriodFigures, type PeriodSummary, summaryJson, summaryOf } from "../../model/figures/period-figures.js";
import { MAX_PRODUCTS, ProductSales } from "../../model/figures/product-sales.js";
import type { Figure, Figures } from "../../ports/figures.js";

/** What is kept of each period: each part by itself, so that nothing is read that is not asked for. */
type Part = "summaries" | "orders" | "cohorts" | "products" | "names";

/** Days `[from, to)`. */
export interface DayRange {
  readonly from: Day;
  readonly to: Day;
}

/** All that is computed of a period. */
export interface Computed {
  readonly orders: PeriodFigures;
  readonly cohorts: Cohorts;
  readonly products: ProductSales;
  readonly names: ProductNames;
}

/** What products were called last, by SKU. */
export type ProductNames = ReadonlyMap<string, string>;

/** What is kept of the periods of a time zone, by their first days. */
export interface KeptFigures {
  summaries(unit: PeriodUnit, days: DayRange): Promise<ReadonlyMap<Day, PeriodSummary>>;
  orders(unit: PeriodUnit, days: DayRange): Promise<ReadonlyMap<Day, PeriodFigures>>;
  cohorts(unit: PeriodUnit, days: DayRange): Promise<ReadonlyMap<Day, Cohorts>>;
  products(unit: PeriodUnit, days: DayRange): Promise<ReadonlyMap<Day, ProductSales>>;
  names(unit: PeriodUnit, days: DayRange): Promise<ReadonlyMap<Day, ProductNames>>;
  record(period: Period, computed: Computed): readonly Figure[];
}

/** Keys of a part, zone and unit lie together, by day. Figures of another zone are never mistaken for those of this one. */
export function keptFigures(figures: Figures, timeZone: string): KeptFigures {
  const prefixOf = (part: Part, unit: PeriodUnit): string => `${part}/${timeZone}/${unit}/`;
  const list = async <T>(part: Part, unit: PeriodUnit, { from, to }: DayRange, read: (json: never, day: Day) => T) => {
    const prefix = prefixOf(part, unit);
    const kept = await figures.list({ from: `${prefix}${from}`, to: `${prefix}${to}` });
    return new Map(
      kept.map(({ key, value }) => {
        const day = key.slice(prefix.length);
        return [day, read(JSON.parse(value) as never, day)] as const;
      }),
    );
  };
  return {
    summaries: (unit, days) => list("summaries", unit, days, summaryOf),
    orders: (unit, days) => list("orders", unit, days, (json, from) => PeriodFigures.of(json, { from })),
    cohorts: (unit, days) => list("cohorts", unit, days, Cohorts.of),
    products: (unit, days) => list("products", unit, days, ProductSales.of),
    names: (unit, days) => list("names", unit, days, (json: readonly (readonly [string, string])[]) => new Map(json)),
    record: (period, { orders, cohorts, products, names }) => {
      const values: Readonly<Record<Part, unknown>> = {
        summaries: summaryJson(orders.summary(period)),
        orders: orders.toJSON(period),
        cohorts,
        products,
        names: [...names].slice(-MAX_PRODUCTS),
      };
      return Object.entries(values).map(([part, value]) => ({
        key: `${prefixOf(part as Part, period.unit)}${period.from}`,
        value: JSON.stringify(value),
      }));
    },
  };
}

/** What is kept of orders in these days, merged from as few periods as make them up. */
export async function ordersOf(kept: KeptFigures, days: DayRange): Promise<PeriodFigures> {
  const merged = new PeriodFigures();
  for (const run of runsOf(piecesOf(days.from, days.to))) {
    for (const orders of (await kept.orders(run.unit, run)).values()) merged.merge(orders);
  }
  return merged;
}

/** The same of products. */
export async function productsOf(kept: KeptFigures, days: DayRange): Promise<ProductSales> {
  const merged = new ProductSales();
  for (const run of runsOf(piecesOf(days.from, days.to))) {
    for (const products of (await kept.products(run.unit, run)).values()) merged.merge(products);
  }
  return merged;
}

/** As they were called last: most are in the last month. */
export async function namesOf(kept: KeptFigures, { from, to }: DayRange, skus: readonly string[]): Promise<ProductNames> {
  const names = new Map<string, string>();
  for (const month of periodsOf("month", from, to).toReversed()) {
    const missing = skus.filter((sku) => !names.has(sku));
    if (missing.length === 0) break;
    const [known] = (await kept.names("month", { from: periodOf("month", month.from).from, to: month.to })).values();
    for (const sku of missing) {
      const name = known?.get(sku);
      if (name !== undefined) names.set(sku, name);
    }
  }
  return names;
}

/** Periods of one unit that follow one another are read together. */
function runsOf(pieces: readonly Period[]): readonly Period[] {
  const runs: Period[] = [];
  for (const piece of pieces) {
    const last = runs.at(-1);
    if (last?.unit === piece.unit && last.to === piece.from) runs.splice(-1, 1, { ...last, to: piece.to });
    else runs.push(piece);
  }
  return runs;
}
