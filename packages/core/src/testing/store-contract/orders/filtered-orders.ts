import { deepEqual, equal } from "node:assert/strict";
import { compareCodePoints } from "../../../model/code-points.js";
import type { OrderChange } from "../../../model/order.js";
import { meetsFilter, type OrderFilter } from "../../../query/condition/order-filter.js";
import { readAll } from "../../expect.js";
import { order, START, stamp } from "../given.js";
import { type CasesOf, storeCase } from "../store-harness.js";

const ITEM = { quantity: 1, price: 1 };

/** Orders that share times, some with several lines of an item, or with an item under several names. */
const ORDERS: readonly OrderChange[] = Array.from({ length: 60 }, (_, index) =>
  order(`o${(index * 37) % 60}`, `c${index % 4}`, {
    amount: index + 1,
    placedAt: START + Math.floor(index / 3),
    type: index % 5 === 4 ? "refund" : "purchase",
    status: index % 7 === 6 ? "cancelled" : "placed",
    ...(index % 3 === 0 ? {} : { channel: index % 3 === 1 ? "web" : "shop" }),
    ...(index % 4 === 3 ? {} : { batchId: `b${index % 2}`, row: index + 1 }),
    items: [
      ...(index % 2 === 0 ? [{ ...ITEM, sku: "a", name: `Name ${index % 3}` }] : []),
      ...(index % 3 === 0
        ? [
            { ...ITEM, sku: "b" },
            { ...ITEM, sku: "b" },
            { ...ITEM, sku: "a", name: "again" },
          ]
        : []),
    ],
  }),
);

const FILTERS: readonly OrderFilter[] = [
  {},
  { customerId: "c1" },
  { batchId: "b1" },
  { sku: "a" },
  { sku: "b" },
  { channel: "web" },
  { type: "refund" },
  { type: "purchase" },
  { status: "cancelled" },
  { status: "placed" },
  { from: START + 5 },
  { to: START + 5 },
  { from: START + 5, to: START + 15 },
  { sku: "a", from: START + 3, to: START + 9 },
  { customerId: "c0", sku: "a", channel: "web" },
  { batchId: "b0", sku: "b", type: "purchase", status: "placed" },
  { sku: "a", channel: "shop", type: "refund", from: START + 2 },
  { customerId: "c2", batchId: "b0", type: "refund", status: "cancelled", to: START + 19 },
  { sku: "nothing" },
  { customerId: "nobody" },
  { channel: "$ne", batchId: "'" },
];

export const filteredListCases: CasesOf<"orders">["list"] = [
  storeCase("a list is of the orders that meet all its filters, each once, newest first", async (store) => {
    await store.orders.apply(ORDERS);
    for (const filter of FILTERS) {
      const expected = ORDERS.filter((one) => meetsFilter(one, filter));
      const newest = [...expected].sort((a, b) => b.placedAt - a.placedAt || compareCodePoints(b.id, a.id));
      for (const limit of [4, 100]) {
        const listed = await readAll(limit, (page) => store.orders.list(filter, page));
        deepEqual(
          listed,
          newest.map(({ stamp: _, ...stored }) => stored),
          `${JSON.stringify(filter)} by ${limit}`,
        );
      }
    }
  }),
  storeCase("an order is filtered by what it is now", async (store) => {
    const first = order("o1", "c1", { channel: "web", batchId: "b1", row: 7, items: [{ ...ITEM, sku: "a" }] });
    await store.orders.apply([first, order("o2", "c1", { placedAt: START + 5, items: first.items })]);
    const { channel: _, ...plain } = first;
    await store.orders.apply([{ ...plain, batchId: "b2", row: 1, placedAt: START + 9, stamp: stamp(2) }]);
    const listed = async (filter: OrderFilter) => (await store.orders.list(filter, { limit: 9 })).items.map(({ id }) => id);
    deepEqual(
      [await listed({ channel: "web" }), await listed({ batchId: "b1" }), await listed({ batchId: "b2" })],
      [[], [], ["o1"]],
    );
    deepEqual([await listed({ sku: "a" }), await listed({ sku: "a", from: START + 6 })], [["o1", "o2"], ["o1"]]);
    equal((await store.orders.get("o1"))?.row, 1);
  }),
];

export const totalsCases: CasesOf<"orders">["totals"] = [
  storeCase(
    "totals are of what is listed, and cancelled orders are in them only where their status is asked for",
    async (store) => {
      await store.orders.apply(ORDERS);
      for (const filter of FILTERS) {
        const met = ORDERS.filter((one) => meetsFilter(one, filter));
        const counted = met.filter(({ status }) => filter.status !== undefined || status === "placed");
        const of = (type: "purchase" | "refund") => counted.filter((one) => one.type === type);
        const sum = (type: "purchase" | "refund") => BigInt(of(type).reduce((total, { amount }) => total + amount, 0));
        deepEqual(
          await store.orders.totals(filter),
          {
            purchaseCount: of("purchase").length,
            purchases: sum("purchase"),
            refundCount: of("refund").length,
            refunds: sum("refund"),
            cancelledCount: met.length - counted.length,
          },
          JSON.stringify(filter),
        );
      }
    },
  ),
  storeCase("totals are exact beyond what a number holds, and those of who was erased stay in them", async (store) => {
    const most = Number.MAX_SAFE_INTEGER;
    const amounts = [most, most - 1, most, 2 ** 31, 2 ** 20 - 1, most];
    await store.orders.apply(amounts.map((amount, index) => order(`o${index}`, `c${index}`, { amount })));
    const exact = amounts.reduce((sum, amount) => sum + BigInt(amount), 0n);
    equal((await store.orders.totals({})).purchases, exact);
    await store.customers.erase("c0", stamp(2));
    equal((await store.orders.totals({})).purchases, exact);
    equal((await store.orders.totals({ customerId: "c0" })).purchases, BigInt(most));
  }),
  storeCase("totals that are called off reject with the reason given", async (store) => {
    await store.orders.apply(ORDERS);
    const reason = new Error("nobody waits any more");
    const answer = store.orders.totals({}, { signal: AbortSignal.abort(reason) });
    equal(
      await answer.then(
        () => "answered",
        (error: unknown) => error,
      ),
      reason,
    );
  }),
];
