/**
 * What one line of a file says, by the target that it fills: of its order, of the order's customer, and of one item. A value is text, or
 * a number as JSON has it; one that is absent or empty says nothing.
 */
export type OrderLine = { readonly [T in OrderLineTarget]?: string | number };

/** Said of the whole order: lines that say it must agree. */
export const ORDER_CELLS = [
  "customer.id",
  "customer.email",
  "customer.phone",
  "customer.name",
  "type",
  "status",
  "currency",
  "channel",
  "amount",
  "discount",
  "shipping",
] as const;

export const ITEM_CELLS = ["item.sku", "item.name", "item.category", "item.quantity", "item.price", "item.shipping"] as const;

/** Of a line, `id` is always needed; of its order, who the customer is and when it was placed (the earliest counts). */
export const ORDER_LINE_TARGETS = ["id", "placedAt", ...ORDER_CELLS, ...ITEM_CELLS] as const;
export type OrderLineTarget = (typeof ORDER_LINE_TARGETS)[number];

/**
 * What a file calls the targets that it has a column for, as messages name them. An item's quantity is one where there is no column for
 * it, and an order's amount is what its lines add up to where there is none for that.
 */
export type OrderLineNames = { readonly [T in OrderLineTarget]?: string };
