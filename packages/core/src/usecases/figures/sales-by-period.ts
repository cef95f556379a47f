import { type Day, earlier, later, type PeriodUnit, periodsOf } from "../../model/figures/calendar.js";
import { PeriodFigures } from "../../model/figures/period-figures.js";
import type { PeriodOfOrders } from "../../view/figures/order-analytics.js";
import type { DayRange, KeptFigures } from "./kept-figures.js";

/** Each period of these days. One of which only a part is among them is put together from its days. */
export async function salesByPeriod(kept: KeptFigures, unit: PeriodUnit, days: DayRange): Promise<readonly PeriodOfOrders[]> {
  const whole = await kept.orders(unit, days);
  return Promise.all(
    periodsOf(unit, days.from, days.to).map(async (period) => {
      const part = { ...period, from: later(period.from, days.from), to: earlier(period.to, days.to) };
      const isWhole = part.from === period.from && part.to === period.to;
      const of = isWhole ? whole.get(period.from) : merged(await kept.orders("day", part));
      return { from: part.from, to: part.to, summary: (of ?? new PeriodFigures()).summary(part) };
    }),
  );
}

function merged(days: ReadonlyMap<Day, PeriodFigures>): PeriodFigures {
  const all = new PeriodFigures();
  for (const day of days.values()) all.merge(day);
  return all;
}
