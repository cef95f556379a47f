import { CrmError } from "@crm-engine/core/ports";
import type { Break } from "./break.js";

export const ONE_BAD_ROW_BREAKS: readonly Break[] = [
  {
    name: "neighbours-rejected",
    experiment: "one-bad-row",
    wrong: "a record that is too large takes along those that come with it",
    store: (store) => ({
      ...store,
      customers: {
        ...store.customers,
        apply: async (changes) => {
          const outcomes = await store.customers.apply(changes);
          return outcomes.includes("too_large") ? outcomes.map(() => "too_large" as const) : outcomes;
        },
      },
    }),
  },
  {
    name: "refusal-as-outage",
    experiment: "one-bad-row",
    wrong: "an order that is refused counts as a store that is away",
    store: (store) => ({
      ...store,
      orders: {
        ...store.orders,
        apply: async (orders) => {
          const outcomes = await store.orders.apply(orders);
          if (outcomes.includes("over_limit")) throw new CrmError("unavailable", "The store is away.");
          return outcomes;
        },
      },
    }),
  },
  {
    name: "rejections-forgotten",
    experiment: "one-bad-row",
    wrong: "the last rejection of a part counts as accepted",
    store: (store) => ({
      ...store,
      batches: {
        ...store.batches,
        record: (fates) =>
          store.batches.record(
            fates.map((part) =>
              part.rejections.length > 0
                ? { ...part, unchanged: part.unchanged + 1, rejections: part.rejections.slice(0, -1) }
                : part,
            ),
          ),
      },
    }),
  },
];
