import type { Store } from "../../ports/index.js";
import { pause } from "../expect.js";
import { forgiving } from "./paging.fixture.js";
import { type StoreSabotage, stateless } from "./store-sabotage.fixture.js";

export const lifecycleSabotages: readonly StoreSabotage[] = [
  {
    breaks: "it keeps quiet about what it is",
    noticedBy: ["store: it says what it is"],
    sabotage: () => (store) => ({ ...store, info: async () => ({ ...(await store.info()), warnings: [] }) }),
  },
  stateless("a write settles before it is done", ["another reads at once"], ({ customers: { apply } }) => ({
    customers: {
      apply: async (changes) => {
        setTimeout(() => void apply(changes).catch(() => undefined), 20);
        return changes.map(() => "stored");
      },
    },
  })),
  stateless("a bad cursor starts from the beginning", ["store: a cursor that no page gave"], (store) => ({
    customers: { find: (condition, page) => forgiving((inner) => store.customers.find(condition, inner))(page) },
    orders: { list: (filter, page) => forgiving((inner) => store.orders.list(filter, inner))(page) },
  })),
  stateless("closing does not wait", ["closing waits for calls in flight"], ({ orders: { apply } }) => ({
    orders: { apply: (changes) => pause(5).then(() => apply(changes)) },
  })),
  {
    breaks: "closing one handle closes all",
    noticedBy: ["closing twice is harmless"],
    sabotage: () => {
      const stores: Store[] = [];
      return (store) => {
        stores.push(store);
        return { ...store, close: async () => void (await Promise.all(stores.map((other) => other.close()))) };
      };
    },
  },
  {
    breaks: "a closed handle goes on",
    noticedBy: ["after closing every call rejects"],
    sabotage: () => (store) => ({ ...store, close: async () => undefined }),
  },
];
