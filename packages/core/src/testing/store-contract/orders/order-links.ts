import { deepEqual, equal } from "node:assert/strict";
import { compareCodePoints } from "../../../model/code-points.js";
import type { OrderLink } from "../../../model/figures/order-link.js";
import type { OrderChange } from "../../../model/order.js";
import type { LineCount, TimeSpan } from "../../../ports/orders.js";
import { readAll } from "../../expect.js";
import { seededRandom } from "../../seeded-random.js";
import { order, START, stamp } from "../given.js";
import { type CasesOf, storeCase } from "../store-harness.js";

const HOUR_MS = 3_600_000;
const SKUS = ["a", "b", "$c", "é"];

/** Orders of a few customers, many at the same times, of each kind. */
function generated(seed: number): readonly OrderChange[] {
  const { int, chance, pick } = seededRandom(seed);
  return Array.from({ length: 120 }, (_, index) =>
    order(`o${(index * 61) % 120}`, `c${int(7)}`, {
      amount: int(5_000),
      placedAt: START + int(40) * HOUR_MS,
      type: chance(20) ? "refund" : "purchase",
      status: chance(20) ? "cancelled" : "placed",
      items: Array.from({ length: int(5) }, () => ({
        sku: pick(SKUS),
        ...(chance(50) ? {} : { name: pick(["N", "M"]) }),
        quantity: pick([1, 2, 0.5]),
        price: pick([2.55, 0.005, 10]),
      })),
    }),
  );
}

const TIMES: readonly TimeSpan[] = [
  { from: START, to: START + 100 * HOUR_MS },
  { from: START + 7 * HOUR_MS, to: START + 20 * HOUR_MS },
  { from: START + 20 * HOUR_MS, to: START + 20 * HOUR_MS },
  { from: START - HOUR_MS, to: START + 1 },
];

const byAge = (a: OrderChange, b: OrderChange): number => a.placedAt - b.placedAt || compareCodePoints(a.id, b.id);

/** By hand: every order against every other. */
function linkByHand(one: OrderChange, all: readonly OrderChange[]): OrderLink {
  const { type, amount, placedAt, customerId } = one;
  if (type === "refund") return { type, amount, placedAt };
  const earlier = all.filter(
    (other) => other.customerId === customerId && other.type === "purchase" && other.status === "placed" && byAge(other, one) < 0,
  );
  const times = earlier.sort(byAge).map((other) => other.placedAt);
  const [previous, beforePrevious] = [times.at(-1), times.at(-2)];
  return {
    ...{ type, amount, placedAt, first: times[0] ?? placedAt },
    ...(previous === undefined ? {} : { previous }),
    ...(beforePrevious === undefined ? {} : { beforePrevious }),
  };
}

export const linkCases: CasesOf<"orders">["links"] = [
  storeCase("each order of a time comes once, oldest first, with what its customer had purchased before it", async (store) => {
    const orders = generated(1);
    await store.orders.apply(orders);
    for (const time of TIMES) {
      const inTime = orders.filter(({ status, placedAt }) => status === "placed" && time.from <= placedAt && placedAt < time.to);
      const expected = [...inTime].sort(byAge).map((one) => linkByHand(one, orders));
      for (const limit of [7, 500]) {
        deepEqual(
          await readAll(limit, (page) => store.orders.links(time, page)),
          expected,
          `${JSON.stringify(time)} by ${limit}`,
        );
      }
    }
  }),
  storeCase(
    "who comes back under an erased id has no purchase before their first, and the orders of before stay",
    async (store) => {
      const before = [order("o1", "c1"), order("o2", "c1", { placedAt: START + 1 })];
      await store.orders.apply(before);
      await store.customers.erase("c1", stamp(5));
      await store.orders.apply([order("o3", "c1", { placedAt: START + 2, stamp: stamp(9) })]);
      const { items } = await store.orders.links({ from: START, to: START + 9 }, { limit: 9 });
      deepEqual(
        items.map(({ first, previous }) => [first, previous]),
        [
          [START, undefined],
          [START, START],
          [START + 2, undefined],
        ],
      );
    },
  ),
];

/** In one order, those of the same line added up. */
function counted(lines: readonly LineCount[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { type, sku, name, price, quantity, lines: count } of lines) {
    const key = JSON.stringify([type, sku, name, price, quantity]);
    counts.set(key, (counts.get(key) ?? 0) + count);
  }
  return [...counts].map(([key, count]) => `${key} ${count}`).sort();
}

export const lineCases: CasesOf<"orders">["lines"] = [
  storeCase("the lines of a time's orders are counted by what they sell, at what price, and how many", async (store) => {
    const orders = generated(2);
    await store.orders.apply(orders);
    for (const time of TIMES) {
      const inTime = orders.filter(({ status, placedAt }) => status === "placed" && time.from <= placedAt && placedAt < time.to);
      const expected = inTime.flatMap(({ type, items }) => items.map((item) => ({ type, ...item, lines: 1 })));
      deepEqual(counted(await store.orders.lines(time)), counted(expected), JSON.stringify(time));
    }
  }),
  storeCase("lines that are called off reject with the reason given", async (store) => {
    await store.orders.apply(generated(3));
    const reason = new Error("nobody waits any more");
    const answer = store.orders.lines({ from: START, to: START + HOUR_MS }, { signal: AbortSignal.abort(reason) });
    equal(
      await answer.then(
        () => "answered",
        (error: unknown) => error,
      ),
      reason,
    );
  }),
];
