import { z } from "zod";
import type { EdgeContext } from "../model/edge.js";
import { fromExactMinorUnits } from "../model/money.js";
import type { FilteredTotals } from "../query/condition/order-filter.js";
import { type View, viewSchema } from "./view.js";

/** A number cannot hold every sum. */
const sumSchema = z
  .union([z.number(), z.string()])
  .meta({ description: "A number; from 2^53 minor units on, the exact digits as text." });

const schema = z
  .object({
    orders: z.int().meta({ description: "Purchases and refunds." }),
    purchaseCount: z.int(),
    refundCount: z.int(),
    purchases: sumSchema,
    refunds: sumSchema,
    revenue: sumSchema.meta({ description: "Purchases less refunds." }),
    cancelledCount: z.int().meta({ description: "Cancelled orders, which are in nothing above unless `status` asks for them." }),
    currency: z.string(),
  })
  .meta({ id: "OrderTotals" });

/** What filtered orders add up to. */
export interface OrderTotals extends View<z.output<typeof schema>> {}
export const orderTotalsViewSchema: z.ZodType<OrderTotals> = viewSchema(schema);

export function viewOrderTotals(totals: FilteredTotals, { currency, currencyDecimals }: EdgeContext): OrderTotals {
  const { purchaseCount, refundCount, cancelledCount, purchases, refunds } = totals;
  const money = (sum: bigint) => fromExactMinorUnits(sum, currencyDecimals);
  return {
    orders: purchaseCount + refundCount,
    purchaseCount,
    refundCount,
    purchases: money(purchases),
    refunds: money(refunds),
    revenue: money(purchases - refunds),
    cancelledCount,
    currency,
  };
}
