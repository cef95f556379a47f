import type { OrderFilter } from "../../query/condition/order-filter.js";
import { type StoreSabotage, stateless } from "./store-sabotage.fixture.js";

const NAMES = [
  "customerId",
  "batchId",
  "sku",
  "channel",
  "type",
  "status",
  "from",
  "to",
] as const satisfies readonly (keyof OrderFilter)[];

export const filteredOrderSabotages: readonly StoreSabotage[] = [
  ...NAMES.map((name) =>
    stateless(
      `orders are filtered by anything but ${name}`,
      ["meet all its filters", "totals are of what is listed"],
      ({ orders: { list, totals } }) => ({
        orders: {
          list: ({ [name]: _, ...filter }, page) => list(filter, page),
          totals: ({ [name]: _, ...filter }, options) => totals(filter, options),
        },
      }),
    ),
  ),
  stateless("an order keeps its first upload", ["filtered by what it is now"], ({ orders: { apply, get } }) => ({
    orders: {
      apply: async (changes) => {
        const stored = await Promise.all(changes.map(({ id }) => get(id)));
        return apply(changes.map((change, index) => ({ ...change, batchId: stored[index]?.batchId ?? change.batchId ?? "" })));
      },
    },
  })),
  stateless("totals are numbers", ["totals are exact beyond"], ({ orders: { totals } }) => ({
    orders: {
      totals: async (filter, options) => {
        const sums = await totals(filter, options);
        return { ...sums, purchases: BigInt(Number(sums.purchases)) };
      },
    },
  })),
  stateless("totals are never called off", ["totals that are called off"], ({ orders: { totals } }) => ({
    orders: { totals: (filter) => totals(filter) },
  })),
];
