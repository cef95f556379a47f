import type { ClaimRef, Store } from "@crm-engine/core/ports";
import { claimed, customersOf, LONG_MS, order, rowsOf, upsert, type WritePath } from "./write-path.fixture.js";

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
    name: "addresses: one free, one let go, one of the row itself, one of somebody else",
    prepare: async (store, id) => {
      const reserve = async ({ claims }: Store, asking: readonly (readonly [ClaimRef, string])[]) => {
        const reservations = asking.map(([ref, addressHash]) => ({ ...ref, addressHash }));
        return [...(await claims.reserveAddresses(id, reservations)).values()];
      };
      const [a = NOBODY, b = NOBODY, c = NOBODY] = await claimed(store, id);
      await reserve(store, [[a, "taken"], ...["own", "let go"].map((hash) => [b, hash] as const)]);
      await store.claims.release([{ ...b, delayMs: 0 }]);
      const [again] = await store.claims.claim({ campaignId: id, limit: 1, leaseMs: LONG_MS });
      const own = { id: b.id, epoch: again?.epoch ?? 0 };
      const asking = [[own, "own"], ...["free", "let go", "taken"].map((hash) => [c, hash] as const)] as const;
      return {
        act: (by) => reserve(by, asking),
        state: async () => Promise.all(["own", "free", "let go"].map((hash) => reserve(store, [[a, hash]]))),
      };
    },
  },
  {
    name: "customers: one new, one changed, one that comes back from erasure",
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
        act: (by) => by.customers.erase(`${id}a`, 9_000),
        state: async () => [await customersOf(store, [`${id}a`]), (await rowsOf(store, id)).map(({ to }) => to ?? "none")],
      };
    },
  },
];

const NOBODY: ClaimRef = { id: "", epoch: 0 };

async function ordersOf({ orders }: Store, customerId: string): Promise<readonly unknown[]> {
  return (await orders.list({ customerId }, { limit: 10 })).items;
}
