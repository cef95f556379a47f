import type { Condition, OrdersRef, TimeRange } from "@crm-engine/core/ports";

const YEARS = 127;
const DAY_MS = 86_400_000;

/** Conditions of `n` tests, each with ranges of its own for 127 years, in the shapes that a compiler treats differently. */
export const LARGE_CONDITIONS: Readonly<Record<string, (n: number) => Condition>> = {
  "all of many orders": (n) => ({ kind: "all", of: ordersTests(n) }),
  "any of many orders": (n) => ({ kind: "any", of: ordersTests(n) }),
  "not all of many orders": (n) => ({ kind: "not", of: { kind: "all", of: ordersTests(n) } }),
  "a name, or any of many orders": (n) => ({ kind: "any", of: [isAna, ...ordersTests(n)] }),
  "pairs of many orders": (n) => ({ kind: "all", of: pairs(ordersTests(n)).map((of): Condition => ({ kind: "any", of })) }),
  "many measures of the same orders": (n) => ({ kind: "all", of: Array.from({ length: n }, (_, base) => averageAbove(base)) }),
  "many campaigns, and many messages": (n) => ({
    kind: "all",
    of: pairs(messagesTests(n)).map((of): Condition => ({ kind: "any", of })),
  }),
  "many dates of the customer": (n) => ({ kind: "all", of: birthdayTests(n) }),
};

const isAna: Condition = { kind: "textIn", field: { of: "customer", name: "name", type: "text" }, values: ["Ana"] };

function ordersTests(n: number): readonly Condition[] {
  return Array.from({ length: n }, (_, day): Condition => {
    const field: OrdersRef = { of: "orders", measure: "count", where: ordersOf(day) };
    return { kind: "compare", field, how: "gte", value: 1 + (day % 3) };
  });
}

function ordersOf(day: number): Condition {
  return {
    kind: "all",
    of: [
      { kind: "textIn", field: { of: "order", name: "type", type: "text" }, values: ["purchase"] },
      { kind: "textIn", field: { of: "order", name: "status", type: "text" }, values: ["placed"] },
      { kind: "within", field: { of: "order", name: "placedAt", type: "date" }, ranges: yearly(day) },
      { kind: "textIn", field: { of: "item", name: "sku", type: "text" }, values: ["A", "B"] },
    ],
  };
}

function averageAbove(base: number): Condition {
  return { kind: "compare", field: { of: "orders", measure: "excess", base, where: ordersOf(0) }, how: "gt", value: 0 };
}

function messagesTests(n: number): readonly Condition[] {
  return Array.from({ length: n }, (_, index): Condition => {
    const which = index % 2 === 0 ? { campaignId: `k${index}` } : { window: { from: index } };
    return { kind: "compare", field: { of: "messages", event: "opened", ...which }, how: "gte", value: 1 };
  });
}

function birthdayTests(n: number): readonly Condition[] {
  return Array.from({ length: n }, (_, day): Condition => {
    const ranges = yearly(day);
    const first = ranges[0]?.fromWallClock?.slice(5, 10) ?? "";
    const days = { runs: [{ first, last: first }], before: "2027-01-01T00:00:00.000" };
    return { kind: "within", field: { of: "attribute", name: `date ${day}` }, ranges, yearly: days };
  });
}

/** A day of each year. */
function yearly(day: number): readonly TimeRange[] {
  return Array.from({ length: YEARS }, (_, year) => {
    const from = Date.UTC(1900 + year, 0, 1) + (day % 365) * DAY_MS;
    const to = from + DAY_MS;
    return { from, to, fromWallClock: wallClock(from), toWallClock: wallClock(to) };
  });
}

function wallClock(time: number): string {
  return new Date(time).toISOString().slice(0, -1);
}

function pairs<T>(items: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / 2) }, (_, index) => items.slice(2 * index, 2 * index + 2));
}

/** A condition as it is, that counts how often a property of it, or of anything within it, is read. */
export function countingReads(condition: Condition): { readonly condition: Condition; reads(): number } {
  let reads = 0;
  const known = new WeakMap<object, object>();
  const counted = <T>(value: T): T => {
    if (typeof value !== "object" || value === null) return value;
    const get = (from: object, key: string | symbol): unknown => {
      reads += 1;
      return counted(Reflect.get(from, key));
    };
    const proxy = known.get(value) ?? new Proxy<object>(value, { get });
    known.set(value, proxy);
    return proxy as T;
  };
  return { condition: counted(condition), reads: () => reads };
}
