import { type Day, type Period, type PeriodUnit, piecesOf } from "../../model/figures/calendar.js";
import { PeriodFigures } from "../../model/figures/period-figures.js";
import { ProductSales } from "../../model/figures/product-sales.js";
import type { Figure, Figures } from "../../ports/figures.js";

/** What is kept of each period. */
type Part = "orders" | "products";

/** Keys of a part, zone and unit lie together, by day. Figures of another zone are never mistaken for those of this one. */
function prefixOf(part: Part, timeZone: string, unit: PeriodUnit): string {
  return `${part}/${timeZone}/${unit}/`;
}

/** What is kept of the periods of a time zone. */
export interface KeptFigures {
  orders(unit: PeriodUnit, days: DayRange): Promise<ReadonlyMap<Day, PeriodFigures>>;
  products(unit: PeriodUnit, days: DayRange): Promise<ReadonlyMap<Day, ProductSales>>;
  record(period: Period, orders: PeriodFigures, products: ProductSales): readonly Figure[];
}

/** Days `[from, to)`. */
export interface DayRange {
  readonly from: Day;
  readonly to: Day;
}

export function keptFigures(figures: Figures, timeZone: string): KeptFigures {
  const list = async <T>(part: Part, unit: PeriodUnit, { from, to }: DayRange, read: (value: string) => T) => {
    const prefix = prefixOf(part, timeZone, unit);
    const kept = await figures.list({ from: `${prefix}${from}`, to: `${prefix}${to}` });
    return new Map(kept.map(({ key, value }) => [key.slice(prefix.length), read(value)] as const));
  };
  return {
    orders: (unit, days) => list("orders", unit, days, (value) => PeriodFigures.of(JSON.parse(value))),
    products: (unit, days) => list("products", unit, days, (value) => ProductSales.of(JSON.parse(value))),
    record: (period, orders, products) => [
      { key: `${prefixOf("orders", timeZone, period.unit)}${period.from}`, value: JSON.stringify(orders.toJSON(period)) },
      { key: `${prefixOf("products", timeZone, period.unit)}${period.from}`, value: JSON.stringify(products) },
    ],
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
