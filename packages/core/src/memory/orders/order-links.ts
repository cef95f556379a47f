import { compareCodePoints } from "../../model/code-points.js";
import type { OrderLink } from "../../model/figures/order-link.js";
import type { StoredOrder } from "../../model/order.js";
import type { LineCount, TimeSpan } from "../../ports/orders.js";

/** An order, and whose it is: of the erased and of those who came after them under the id there is one owner each. */
export type OwnedOrder = StoredOrder & { readonly owner: string };

export interface Linked {
  readonly order: OwnedOrder;
  readonly link: OrderLink;
}

/** Those that are not cancelled, oldest first. */
export function linksOf(all: readonly OwnedOrder[]): readonly Linked[] {
  const before = new Map<string, StoredOrder[]>();
  const placed = all.filter(({ status }) => status === "placed").sort(byAge);
  return placed.map((order): Linked => {
    const { type, amount, placedAt, owner } = order;
    if (type === "refund") return { order, link: { type, amount, placedAt } };
    const purchases = before.get(owner) ?? [];
    const [first = placedAt, previous, beforePrevious] = [purchases[0], purchases.at(-1), purchases.at(-2)].map(
      (purchase) => purchase?.placedAt,
    );
    before.set(owner, purchases);
    purchases.push(order);
    return {
      order,
      link: {
        type,
        amount,
        placedAt,
        first,
        ...(previous === undefined ? {} : { previous }),
        ...(beforePrevious === undefined ? {} : { beforePrevious }),
      },
    };
  });
}

export function linesOf(all: Iterable<StoredOrder>, time: TimeSpan): readonly LineCount[] {
  return [...all]
    .filter((order) => order.status === "placed" && isIn(order, time))
    .flatMap(({ type, items }) => items.map(({ category: _, ...item }) => ({ type, ...item, lines: 1 })));
}

export function isIn({ placedAt }: StoredOrder, { from, to }: TimeSpan): boolean {
  return from <= placedAt && placedAt < to;
}

function byAge(a: StoredOrder, b: StoredOrder): number {
  return a.placedAt - b.placedAt || compareCodePoints(a.id, b.id);
}
