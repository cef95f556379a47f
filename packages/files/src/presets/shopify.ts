import type { Preset } from "./preset.js";

/** `2026-01-05 10:44:01 -0500`, in Shopify's exports. */
const FORMAT = "YYYY-MM-DD HH:mm:ss ZZ";

/**
 * Shopify's orders export (Orders → Export). Its order's fields stand on the first of an order's lines, and are empty on the others; `Name` is
 * the order's number (`#1001`), `Id` the number within Shopify. Lines need no sku. `Total` is what was charged, `Refunded Amount` what of it
 * went back. An order that was cancelled has a time in `Cancelled at`; one whose money all went back, or never came, has no revenue either.
 */
export const SHOPIFY_ORDERS: Preset = {
  name: "shopify-orders",
  kind: "orders",
  title: "Shopify: orders export",
  map: {
    id: "Name",
    "customer.email": "Email",
    "customer.phone": { column: "Phone", optional: true },
    "customer.name": { column: "Billing Name", optional: true },
    placedAt: { column: "Created at", format: FORMAT },
    amount: { column: "Total", decimal: ".", minus: "Refunded Amount" },
    currency: "Currency",
    status: {
      columns: ["Cancelled at", "Financial Status"],
      take: "first",
      values: {
        paid: "placed",
        pending: "placed",
        authorized: "placed",
        partially_paid: "placed",
        partially_refunded: "placed",
        refunded: "cancelled",
        voided: "cancelled",
        expired: "cancelled",
        "2*": "cancelled",
      },
    },
    channel: { column: "Source", optional: true },
    "item.sku": { columns: ["Lineitem sku", "Lineitem name"], take: "first" },
    "item.name": "Lineitem name",
    "item.category": { column: "Vendor", optional: true },
    "item.quantity": { column: "Lineitem quantity", decimal: "." },
    "item.price": { column: "Lineitem price", decimal: "." },
  },
};

/**
 * Shopify's customers export. Numbers that a spreadsheet would spoil (id, phone, postcode) are kept text by an apostrophe. Who does not accept
 * marketing was never asked or has left: nobody of them may be written to.
 */
export const SHOPIFY_CUSTOMERS: Preset = {
  name: "shopify-customers",
  kind: "customers",
  title: "Shopify: customers export",
  map: {
    id: "Customer ID",
    email: "Email",
    phone: { columns: ["Phone", "Default Address Phone"], take: "first", optional: true },
    name: { columns: ["First Name", "Last Name"] },
    tags: { column: "Tags", separator: "," },
    "consent.email": { column: "Accepts Email Marketing", subscribed: ["yes"], unsubscribed: ["no"] },
    "consent.sms": { column: "Accepts SMS Marketing", subscribed: ["yes"], unsubscribed: ["no"], optional: true },
    "attributes.city": { column: "Default Address City", type: "string", optional: true },
    "attributes.country": { column: "Default Address Country Code", type: "string", optional: true },
    "attributes.zip": { column: "Default Address Zip", type: "string", optional: true },
  },
};
