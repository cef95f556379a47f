import { foldText, type OrderChange, type OrderItem, type StoredOrder } from "@crm-engine/core/ports";
import { customerIdIn } from "../../former-orders.js";

/** Folded texts by name. */
type Folded = Readonly<Record<string, string>>;

export interface ItemDocument extends OrderItem {
  readonly folded: Folded;
}

/** An order; the texts that a rule can search have their folded form beside them, an item's within the item. */
export interface OrderDocument extends Omit<OrderChange, "id" | "items"> {
  readonly _id: string;
  /** The number of its customer's block in which it was first stored; it keeps it. */
  readonly block: number;
  readonly items: readonly ItemDocument[];
  readonly folded: Folded;
}

export function toOrderDocument({ id, items, ...order }: OrderChange, block: number): OrderDocument {
  const { type, status, currency, channel } = order;
  return {
    _id: id,
    ...order,
    block,
    items: items.map((item) => ({ ...item, folded: fold({ sku: item.sku, name: item.name, category: item.category }) })),
    folded: fold({ id, type, status, currency, channel }),
  };
}

export function toOrder({ _id, customerId, stamp: _, block: __, folded: ___, items, ...order }: OrderDocument): StoredOrder {
  return { id: _id, customerId: customerIdIn(customerId), ...order, items: items.map(({ folded: ____, ...item }) => item) };
}

function fold(texts: Readonly<Record<string, string | undefined>>): Folded {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([name, text]) => (text === undefined ? [] : [[name, foldText(text)]])),
  );
}
