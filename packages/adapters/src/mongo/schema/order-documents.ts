import { foldText, type OrderItem, type StampedOrder, type StoredOrder } from "@crm-engine/core/ports";
import { customerIdIn } from "../../former-orders.js";

/** Folded texts by name. */
type Folded = Readonly<Record<string, string>>;

export interface ItemDocument extends OrderItem {
  readonly folded: Folded;
}

/** An order; the texts that a rule can search have their folded form beside them, an item's within the item. */
export interface OrderDocument extends Omit<StampedOrder, "id" | "items"> {
  readonly _id: string;
  /** The number of its customer's block in which it was first stored; it keeps it. */
  readonly block: number;
  readonly items: readonly ItemDocument[];
  readonly folded: Folded;
}

export function toOrderDocument({ id, items, ...order }: StampedOrder, block: number): OrderDocument {
  const { type, status, currency, channel } = order;
  return {
    _id: id,
    ...order,
    block,
    items: items.map((item) => ({ ...item, folded: fold({ sku: item.sku, name: item.name, category: item.category }) })),
    folded: fold({ id, type, status, currency, channel }),
  };
}

export function toOrder({ _id, customerId, block: _, folded: __, ...rest }: OrderDocument): StoredOrder {
  const { firstStamp: ___, stamp: ____, changedStamp: _____, ...order } = rest;
  return {
    id: _id,
    customerId: customerIdIn(customerId),
    ...order,
    items: order.items.map(({ folded: ______, ...item }) => item),
  };
}

function fold(texts: Readonly<Record<string, string | undefined>>): Folded {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([name, text]) => (text === undefined ? [] : [[name, foldText(text)]])),
  );
}
