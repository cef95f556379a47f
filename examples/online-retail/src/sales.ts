import type { OrderAnalytics } from "@crm-engine/core/schemas";
import type { ApiClient } from "./api-client.js";

/** What the year's orders add up to; money in pennies. */
export interface Sales {
  /** Revenue by month. */
  readonly months: readonly (readonly [month: string, pennies: number])[];
  /** The ten of the highest revenue. */
  readonly products: readonly (readonly [sku: string, quantity: number, pennies: number])[];
  readonly customers: number;
  readonly repeatCustomers: number;
  /** Who first bought in December 2010, by the months in which they bought. */
  readonly cohort: readonly (readonly [month: string, customers: number])[];
}

const YEAR = "/api/orders/analytics?from=2010-12-01&to=2012-01-01&by=month";

/** As soon as all that is stored by now is in the figures. */
export async function readSales(api: ApiClient): Promise<Sales> {
  const now = Date.now();
  const { totals, periods, topProducts, cohorts } = await api.until<OrderAnalytics>(
    YEAR,
    ({ asOf, complete }) => complete && Date.parse(asOf) >= now,
  );
  const pennies = (amount: number | string): number => Math.round(Number(amount) * 100);
  return {
    months: periods.map(({ from, revenue }) => [from, pennies(revenue)]),
    products: topProducts.map(({ sku, quantity, revenue }) => [sku, Number(quantity), pennies(revenue)]),
    customers: totals.customers,
    repeatCustomers: totals.repeatCustomers,
    cohort: cohorts.find(({ month }) => month === "2010-12-01")?.months.map(({ month, customers }) => [month, customers]) ?? [],
  };
}
