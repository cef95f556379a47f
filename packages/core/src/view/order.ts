import { z } from "zod";
import type { EdgeContext } from "../model/edge.js";
import { formatInstant } from "../model/instant.js";
import { fromMinorUnits } from "../model/money.js";
import type { StoredOrder } from "../model/order.js";
import { instantViewSchema } from "./instant.js";
import { type View, viewSchema } from "./view.js";

const schema = z
  .object({
    id: z.string(),
    customerId: z.string(),
    type: z.enum(["purchase", "refund"]),
    status: z.enum(["placed", "cancelled"]),
    amount: z.number(),
    currency: z.string(),
    placedAt: instantViewSchema,
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
    batchId: z.string().optional().meta({ description: "The upload by which it was last written." }),
    row: z.int().optional().meta({ description: "The (first) row of that upload." }),
  })
  .meta({ id: "Order" });

export interface Order extends View<z.output<typeof schema>> {}
export const orderViewSchema: z.ZodType<Order> = viewSchema(schema);

export function viewOrder(order: StoredOrder, context: EdgeContext): Order {
  const { id, customerId, type, status, amount, currency, placedAt, items, channel, batchId, row } = order;
  return {
    id,
    customerId,
    type,
    status,
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
    ...(batchId === undefined ? {} : { batchId }),
    ...(row === undefined ? {} : { row }),
  };
}
