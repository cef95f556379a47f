import { earlier, later, type PeriodUnit, periodsOf } from "../../model/figures/calendar.js";
import { NO_SUMMARY } from "../../model/figures/period-figures.js";
import type { PeriodOfOrders } from "../../view/figures/order-analytics.js";
import { type DayRange, type KeptFigures, ordersOf } from "./kept-figures.js";

/** Each period of these days. One of which only a part is among them is put together from its days. */
export async function salesByPeriod(kept: KeptFigures, unit: PeriodUnit, days: DayRange): Promise<readonly PeriodOfOrders[]> {
  const whole = await kept.summaries(unit, days);
  return Promise.all(
    periodsOf(unit, days.from, days.to).map(async ({ from, to }) => {
      const part = { from: later(from, days.from), to: earlier(to, days.to) };
      const isWhole = part.from === from && part.to === to;
      return { ...part, summary: isWhole ? (whole.get(from) ?? NO_SUMMARY) : (await ordersOf(kept, part)).summary(part) };
    }),
  );
}
