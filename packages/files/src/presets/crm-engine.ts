import type { Preset } from "./preset.js";

const text = (column: string) => ({ column, format: "verbatim" }) as const;
const number = (column: string) => ({ column, format: "json" }) as const;

/** What `GET /api/orders.csv` writes: text with its spaces, and numbers as JSON has them. */
export const CRM_ENGINE: Preset = {
  name: "crm-engine",
  kind: "orders",
  title: "This engine's own orders.csv",
  map: {
    id: text("id"),
    "customer.id": text("customerId"),
    placedAt: "placedAt",
    type: text("type"),
    status: text("status"),
    amount: { column: "amount", decimal: "." },
    currency: text("currency"),
    channel: text("channel"),
    "item.sku": text("sku"),
    "item.name": text("itemName"),
    "item.category": text("category"),
    "item.quantity": number("quantity"),
    "item.price": number("price"),
  },
};
