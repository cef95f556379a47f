import type { StoredOrder } from "@crm-engine/core";
import { type EdgeContext, formatInstant, fromMinorUnits } from "@crm-engine/core/schemas";
import { z } from "@hono/zod-openapi";
import { instantSchema } from "./instant.js";

export const orderOutSchema = z
  .object({
    id: z.string(),
    customerId: z.string(),
    type: z.enum(["purchase", "refund"]),
    amount: z.number(),
    currency: z.string(),
    placedAt: instantSchema,
    items: z.array(
      z.object({
        sku: z.string(),
        name: z.string().optional(),
        category: z.string().optional(),
        quantity: z.number(),
        price: z.number(),
      }),
    ),
    channel: z.string().optional(),
  })
  .openapi("Order");

export function presentOrder(order: StoredOrder, context: EdgeContext): z.infer<typeof orderOutSchema> {
  const { id, customerId, type, amount, currency, placedAt, items, channel } = order;
  return {
    id,
    customerId,
    type,
    amount: fromMinorUnits(amount, context.currencyDecimals),
    currency,
    placedAt: formatInstant(placedAt),
    items: items.map(({ sku, name, category, quantity, price }) => ({
      sku,
      ...(name === undefined ? {} : { name }),
      ...(category === undefined ? {} : { category }),
      quantity,
      price,
    })),
    ...(channel === undefined ? {} : { channel }),
  };
}
