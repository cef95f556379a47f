import { RemoteError } from "@crm-engine/client";
import type { Order, OrderInput } from "@crm-engine/core";

export interface OrderValues {
  readonly id: string;
  readonly customerId: string;
  readonly placedAt: string;
  readonly type: "purchase" | "refund";
  readonly amount: string;
  readonly channel: string;
  readonly items: readonly ItemValues[];
}
interface ItemValues {
  readonly sku: string;
  readonly name: string;
  readonly category: string;
  readonly quantity: string;
  readonly price: string;
}

export const EMPTY_ITEM: ItemValues = { sku: "", name: "", category: "", quantity: "1", price: "" };

export function emptyOrder(): OrderValues {
  return { id: "", customerId: "", placedAt: localNow(), type: "purchase", amount: "", channel: "", items: [EMPTY_ITEM] };
}

export function orderOf({ id, customerId, placedAt, type, amount, channel, items }: OrderValues): OrderInput {
  const named = items.filter(isSaid);
  return {
    id: id.trim(),
    customerId: customerId.trim(),
    type,
    amount: amount.trim() === "" ? (sumOf(named) ?? "") : amount.trim(),
    placedAt: instantOf(placedAt),
    ...(channel.trim() === "" ? {} : { channel: channel.trim() }),
    ...(named.length === 0
      ? {}
      : {
          items: named.map(({ sku, name, category, quantity, price }) => ({
            sku: sku.trim(),
            ...(name.trim() === "" ? {} : { name: name.trim() }),
            ...(category.trim() === "" ? {} : { category: category.trim() }),
            quantity: Number(quantity),
            price: price.trim(),
          })),
        }),
  };
}

/** A stored order, as it is sent again: with all that it has, since an order is replaced as a whole. */
export function sentAgain(
  { id, customerId, type, amount, currency, placedAt, items, channel }: Order,
  status: Order["status"],
): OrderInput {
  return { id, customerId, type, status, amount, currency, placedAt, items, ...(channel === undefined ? {} : { channel }) };
}

/** Of quantities times prices; undefined where one is no number. */
export function sumOf(items: readonly ItemValues[]): string | undefined {
  if (items.length === 0) return undefined;
  const sum = items.reduce(
    (all, { quantity, price }) => all + Number(quantity) * (price.trim() === "" ? Number.NaN : Number(price)),
    0,
  );
  return Number.isFinite(sum) ? String(Number(sum.toFixed(2))) : undefined;
}

/** The engine's issues by the form's field. Items that were left empty are not sent, so that they are counted apart. */
export function issuesByField(error: unknown, items: readonly ItemValues[]): ReadonlyMap<string, string> {
  if (!(error instanceof RemoteError)) return new Map();
  const places = items.flatMap((item, at) => (isSaid(item) ? [at] : []));
  return new Map(
    error.issues.map(({ path, message }) => [
      path.replace(/^items\.(\d+)/, (_, at: string) => `items.${places[Number(at)] ?? at}`),
      message,
    ]),
  );
}

function isSaid({ sku, name, price }: ItemValues): boolean {
  return [sku, name, price].some((text) => text.trim() !== "");
}

function instantOf(local: string): string {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? local : at.toISOString();
}

function localNow(): string {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
