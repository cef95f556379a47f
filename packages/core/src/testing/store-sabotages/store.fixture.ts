import type { Store } from "../../ports/index.js";
import { pause } from "../expect.js";
import { backwards, byOffset, forgiving } from "./paging.fixture.js";
import { type StoreSabotage, stateless } from "./store-sabotage.fixture.js";

const mangled = <T>(value: T): T => (value === undefined ? value : JSON.parse(JSON.stringify(value).replaceAll("$", "")));

export const storeSabotages: readonly StoreSabotage[] = [
  {
    breaks: "it keeps quiet about what it is",
    noticedBy: ["store: it says what it is"],
    sabotage: () => (store) => ({ ...store, info: async () => ({ ...(await store.info()), warnings: [] }) }),
  },
  stateless("a write settles before it is done", ["another reads at once"], ({ customers: { apply } }) => ({
    customers: {
      apply: async (changes) => {
        setTimeout(() => void apply(changes).catch(() => undefined), 20);
        return changes.map(() => "changed");
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
  stateless(
    "text that looks like an operator is lost",
    [
      "segments.get: a record comes back",
      "campaigns.get: a record comes back",
      "maps.get: a record comes back",
      "a rejection's text",
    ],
    (store) => ({
      segments: { get: async (id) => mangled(await store.segments.get(id)) },
      maps: { get: async (id) => mangled(await store.maps.get(id)) },
      campaigns: { get: async (id) => mangled(await store.campaigns.get(id)) },
      batches: { rejections: async (id, page) => mangled(await store.batches.rejections(id, page)) },
    }),
  ),
  stateless(
    "pages count rows",
    [
      "covers everyone once",
      "covers every order once",
      "segments.list: lists are by id",
      "maps.list: lists are by id",
      "campaigns.list: lists are by id",
    ],
    (store) => ({
      customers: { find: (condition, page) => byOffset((inner) => store.customers.find(condition, inner))(page) },
      orders: { list: (filter, page) => byOffset((inner) => store.orders.list(filter, inner))(page) },
      segments: { list: byOffset(store.segments.list) },
      maps: { list: byOffset(store.maps.list) },
      campaigns: { list: byOffset(store.campaigns.list) },
    }),
  ),
  stateless(
    "the newest is last",
    [
      "orders.list: lists are newest first",
      "batches.list: lists are newest first",
      "campaigns.list: lists are by id",
      "segments.list: lists are by id",
    ],
    (store) => ({
      orders: { list: (filter, page) => backwards(store.orders.list(filter, page)) },
      batches: { list: (filter, page) => backwards(store.batches.list(filter, page)) },
      campaigns: { list: (page) => backwards(store.campaigns.list(page)) },
      segments: { list: (page) => backwards(store.segments.list(page)) },
    }),
  ),
];
