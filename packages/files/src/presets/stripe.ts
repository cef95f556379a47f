import type { Preset } from "./preset.js";

/**
 * Stripe's payments export (Payments → Export, all columns): a row for each charge, times in UTC, currencies in lower case. `Amount Refunded` is
 * taken off; of a charge that was refunded whole the status is `Refunded`, of one that was refunded in part it stays `Paid`. What failed, or
 * was never captured, moved no money. A guest has an e-mail and no `Customer ID`.
 */
export const STRIPE_CHARGES: Preset = {
  name: "stripe-charges",
  kind: "orders",
  title: "Stripe: payments export, charges",
  map: {
    id: "id",
    "customer.id": "Customer ID",
    "customer.email": "Customer Email",
    placedAt: { column: "Created date (UTC)", format: ["YYYY-MM-DD HH:mm:ss", "YYYY-MM-DD HH:mm"], zone: "UTC" },
    amount: { column: "Amount", minus: "Amount Refunded", decimal: "." },
    currency: "Currency",
    status: {
      column: "Status",
      values: {
        Paid: "placed",
        succeeded: "placed",
        "Partially refunded": "placed",
        "Partial refund": "placed",
        Disputed: "placed",
        Refunded: "cancelled",
        Failed: "cancelled",
        Uncaptured: "cancelled",
        Canceled: "cancelled",
        Pending: "placed",
      },
    },
  },
};
