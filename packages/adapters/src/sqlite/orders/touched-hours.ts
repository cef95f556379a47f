import { hoursOf, type Instant } from "@crm-engine/core/ports";
import type { Row } from "../database/driver.js";
import type { Scope } from "../schema/scope.js";

/** Collects the hours of which figures change with orders that are written. */
export interface Touched {
  /** An order of the customer (by its row) is placed then, and was placed as `stored` says. */
  add(customer: number, placedAt: Instant, stored: Row | undefined): void;
  /** Those, and the hours of the same customers' later orders. To be asked when all are written. */
  hours(): readonly number[];
}

export function createTouched({ db, tables }: Scope): Touched {
  const times: Instant[] = [];
  const earliest = new Map<number, Instant>();
  return {
    add: (customer, placedAt, stored) => {
      const own = stored ? [placedAt, Number(stored.placed_at)] : [placedAt];
      times.push(...own);
      earliest.set(customer, Math.min(...own, earliest.get(customer) ?? placedAt));
    },
    hours: () => {
      const read = db.prepare(`SELECT placed_at FROM ${tables.orders} WHERE customer = ? AND placed_at > ?`);
      const later = [...earliest].flatMap(([customer, at]) => read.all(customer, at) as readonly Row[]);
      return hoursOf([...times, ...later.map((row) => Number(row.placed_at))]);
    },
  };
}
