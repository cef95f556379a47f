import type { Preset } from "./preset.js";

/**
 * WooCommerce has no export of orders with their customers of its own; this is the standard layout of Advanced Order Export For WooCommerce. Its order's
 * fields stand on every line. Times are the site's, which should be the engine's TIME_ZONE too. `Quantity (- Refund)` is less what came back,
 * so that a line of which all came back says 0, and has no item then. An order's total is less `Order Refund Amount`.
 */
export const WOOCOMMERCE_ORDERS: Preset = {
  name: "woocommerce-orders",
  kind: "orders",
  title: "WooCommerce: orders (Advanced Order Export)",
  map: {
    id: "Order Number",
    "customer.email": "Email (Billing)",
    "customer.phone": { column: "Phone (Billing)", optional: true },
    "customer.name": { columns: ["First Name (Billing)", "Last Name (Billing)"] },
    placedAt: { column: "Order Date", format: ["YYYY-MM-DD HH:mm", "YYYY-MM-DD HH:mm:ss"] },
    amount: { column: "Order Total Amount", decimal: ".", minus: "Order Refund Amount" },
    status: {
      column: "Order Status",
      values: {
        Completed: "placed",
        Processing: "placed",
        "On hold": "placed",
        "Pending payment": "placed",
        Cancelled: "cancelled",
        Refunded: "cancelled",
        Failed: "cancelled",
        Draft: "cancelled",
      },
    },
    "item.sku": { columns: ["SKU", "Item Name"], take: "first" },
    "item.name": "Item Name",
    "item.quantity": { column: "Quantity (- Refund)", decimal: ".", none: ["0"] },
    "item.price": { column: "Item Cost", decimal: "." },
  },
};
