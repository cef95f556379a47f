import type { Store } from "@crm-engine/core/ports";
import { claimed, customersOf, order, rowsOf, upsert, type WritePath } from "./write-path.fixture.js";

export const CUSTOMER_PATHS: readonly WritePath[] = [
  {
    name: "orders: new ones, one that is there, of customers old and new",
    prepare: async (store, id) => {
      await store.customers.apply([upsert(`${id}a`, { name: "Ann" })]);
      await store.orders.apply([order(`${id}1`, `${id}a`, 5)]);
      return {
        act: (by) =>
          by.orders.apply([order(`${id}1`, `${id}a`, 7), order(`${id}2`, `${id}a`, 10), order(`${id}3`, `${id}b`, 20)]),
        state: async () => [
          await ordersOf(store, `${id}a`),
          await ordersOf(store, `${id}b`),
          await customersOf(store, [`${id}a`, `${id}b`]),
        ],
      };
    },
  },
  {
    name: "addresses: some free, one of somebody else",
    prepare: async ({ claims }, id) => {
      await claims.reserveAddresses(id, [{ id: "other", addressHash: "taken" }]);
      const rows = ["free", "taken", "spare"].map((addressHash) => ({ id: `row ${addressHash}`, addressHash }));
      return {
        act: (by) => by.claims.reserveAddresses(id, rows),
        state: () =>
          claims.reserveAddresses(
            id,
            rows.map(({ addressHash }) => ({ id: "late", addressHash })),
          ),
      };
    },
  },
  {
    name: "customers: one new, one changed, one that comes back from erasure to its orders",
    prepare: async (store, id) => {
      await store.customers.apply([upsert(`${id}b`, { name: "Bob", phone: "+1555123" })]);
      await store.orders.apply([order(`${id}1`, `${id}c`, 30)]);
      await store.customers.erase(`${id}c`, 2);
      const changes = [
        upsert(`${id}a`, { name: "Ann" }),
        upsert(`${id}b`, { phone: null, tags: ["x"] }),
        upsert(`${id}c`, { name: "Cy" }),
      ];
      return {
        act: (by) => by.customers.apply(changes),
        state: () => customersOf(store, [`${id}a`, `${id}b`, `${id}c`]),
      };
    },
  },
  {
    name: "customers: a withdrawal of consent",
    prepare: async (store, id) => {
      await store.customers.apply([upsert(`${id}a`, { consent: { email: { state: "subscribed" } } })]);
      return {
        act: (by) => by.customers.withdrawConsent([{ customerId: `${id}a`, channel: "email", by: "unsubscribed", at: 9 }]),
        state: () => customersOf(store, [`${id}a`]),
      };
    },
  },
  {
    name: "customers: an erasure, with a call under way",
    prepare: async (store, id) => {
      const held = await claimed(store, id);
      await store.claims.beginCalls(
        held.map((ref) => ({ ...ref, to: "ann@example.com" })),
        1,
      );
      return {
        act: (by) => by.customers.erase(`${id}a`, 9),
        state: async () => [await customersOf(store, [`${id}a`]), (await rowsOf(store, id)).map(({ to }) => to ?? "none")],
      };
    },
  },
];

async function ordersOf({ orders }: Store, customerId: string): Promise<readonly unknown[]> {
  return (await orders.list({ customerId }, { limit: 10 })).items;
}
