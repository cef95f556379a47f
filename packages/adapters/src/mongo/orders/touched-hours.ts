import { hoursOf, type Instant } from "@crm-engine/core/ports";
import type { Collections } from "../schema/collections.js";

/** Collects the hours of which figures change with orders that are written. */
export interface Touched {
  /** An order of the customer, or of a former one, is placed then, and was placed `before`. */
  add(customerId: string, placedAt: Instant, before: Instant | undefined): void;
  hours(): readonly number[];
  /** Those, and the hours of the same customers' later orders. To be asked when all are written, and totals with them. */
  andLater(collections: Collections): Promise<readonly number[]>;
}

export function createTouched(): Touched {
  const times: Instant[] = [];
  const earliest = new Map<string, Instant>();
  return {
    add: (customerId, placedAt, before = placedAt) => {
      times.push(placedAt, before);
      earliest.set(customerId, Math.min(placedAt, before, earliest.get(customerId) ?? placedAt));
    },
    hours: () => hoursOf(times),
    andLater: async (collections) => hoursOf([...times, ...(await laterTimes(collections, earliest))]),
  };
}

/** Most customers' last purchase, by their totals, is among what was written. Former customers have no totals. */
async function laterTimes({ customers, orders }: Collections, earliest: ReadonlyMap<string, Instant>): Promise<Instant[]> {
  const known = await customers
    .find({ _id: { $in: [...earliest.keys()] } })
    .project<{ readonly _id: string; readonly lastOrderAt?: Instant; readonly erased?: true }>({ lastOrderAt: 1, erased: 1 })
    .toArray();
  const ids = known.flatMap(({ _id, lastOrderAt, erased }) =>
    erased || (lastOrderAt ?? Number.NEGATIVE_INFINITY) > (earliest.get(_id) ?? 0) ? [_id] : [],
  );
  if (ids.length === 0) return [];
  const from = ids.reduce((least, id) => Math.min(least, earliest.get(id) ?? least), Number.POSITIVE_INFINITY);
  const later = orders.find({ customerId: { $in: ids }, placedAt: { $gt: from } });
  return (await later.project<{ readonly placedAt: Instant }>({ placedAt: 1 }).toArray()).map(({ placedAt }) => placedAt);
}
