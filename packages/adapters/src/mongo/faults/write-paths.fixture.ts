import { setTimeout as pause } from "node:timers/promises";
import type { ClaimRef, CustomerChange, DeliveryFact, OrderChange, Store, StoredCommunication } from "@crm-engine/core/ports";

/** One call that writes, with what it needs already there. Ids begin with one text, by which runs are told apart. */
export interface Deed {
  /** By a way of its own to the same data. */
  act(by: Store): Promise<unknown>;
  /** What one does about a rejection, before one acts again; mostly nothing. */
  recover?(): Promise<void>;
  /** What can be seen of it afterwards, without times. */
  state(): Promise<unknown>;
}

export interface WritePath {
  readonly name: string;
  prepare(store: Store, id: string): Promise<Deed>;
}

const LONG_MS = 600_000;
/** A lease that a test can wait for. */
const SHORT_MS = 150;

export const WRITE_PATHS: readonly WritePath[] = [
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
  {
    name: "communications: a plan",
    prepare: async (store, id) => {
      await store.customers.apply(["a", "b", "c"].map((name) => upsert(`${id}${name}`, {})));
      return { act: (by) => plan(by, id), state: () => rowsOf(store, id) };
    },
  },
  {
    name: "claims: a claim, which nobody has who was not told, until its lease ends",
    prepare: async (store, id) => {
      await planned(store, id);
      return {
        act: async (by) => (await by.claims.claim({ campaignId: id, limit: 10, leaseMs: SHORT_MS })).map(({ status }) => status),
        recover: () => sweepUp(store),
        state: () => rowsOf(store, id),
      };
    },
  },
  {
    name: "claims: calls begun, and given back with their attempts where nobody knows whether they were",
    prepare: async (store, id) => {
      let held = await claimed(store, id);
      return {
        act: async (by) =>
          (
            await by.claims.beginCalls(
              held.map((ref) => ({ ...ref, to: "ann@example.com" })),
              1,
            )
          ).size,
        recover: async () => {
          await store.claims.release(held.map((ref) => ({ ...ref, delayMs: 0, refund: true })));
          held = await store.claims.claim({ campaignId: id, limit: 10, leaseMs: LONG_MS });
        },
        state: () => rowsOf(store, id),
      };
    },
  },
  ...held("given back", ({ claims }, refs) =>
    claims.release(refs.map((ref) => ({ ...ref, delayMs: 0, reason: "busy", refund: true }))),
  ),
  ...held("skipped", ({ claims }, refs) => claims.skip(refs.map((ref) => ({ ...ref, reason: "no_address" as const })))),
  ...held("left unknown", ({ claims }, refs) => claims.leaveUnknown(refs.map((ref) => ({ ...ref, reason: "cut off" })))),
  {
    name: "claims: a sweep",
    prepare: async (store, id) => {
      await sweepAll(store);
      await claimed(store, id, 1);
      await pause(20);
      return { act: (by) => sweepAll(by), state: () => rowsOf(store, id) };
    },
  },
  {
    name: "communications: facts recorded",
    prepare: async (store, id) => {
      await claimed(store, id);
      return {
        act: async (by) => [...(await by.communications.record(facts(id))).values()],
        state: () => rowsOf(store, id),
      };
    },
  },
  {
    name: "communications: failed rows reopened",
    prepare: async (store, id) => {
      await claimed(store, id);
      await store.communications.record(
        ["a", "b"].map((name) => ({ ...facts(id)[0], logId: `${id}:${id}${name}`, status: "failed", at: 3 }) as DeliveryFact),
      );
      return {
        act: (by) => untilNone(() => by.communications.reopen({ campaignId: id, status: "failed", reopening: 1, limit: 1 })),
        state: () => rowsOf(store, id),
      };
    },
  },
  {
    name: "communications: pending rows skipped",
    prepare: async (store, id) => {
      await planned(store, id);
      return {
        act: (by) =>
          untilNone(() =>
            by.communications.skipRows({ campaignId: id, status: "pending", reason: "campaign_cancelled", limit: 2 }),
          ),
        state: () => rowsOf(store, id),
      };
    },
  },
  {
    name: "batches: an upload from its beginning to its end",
    prepare: async ({ batches }, id) => ({
      act: async (by) => {
        await by.batches.insert({ id, kind: "orders", createdAt: 5 });
        await by.batches.touch(id, 3);
        await by.batches.record([0, 1].map((part) => fates(id, part, false)));
        await by.batches.seal(id, { received: 4, truncated: false });
      },
      state: () => batches.get(id),
    }),
  },
  {
    name: "batches: a single row's",
    prepare: async ({ batches }, id) => ({
      act: (by) => by.batches.record([fates(id, 0, true)]),
      state: async () => ({ ...(await batches.get(id)), createdAt: 0 }),
    }),
  },
  {
    name: "leases: one taken, which nobody has who was not told, until it ends",
    prepare: async ({ leases }, id) => ({
      act: async (by) => (await by.leases.acquire(id, SHORT_MS)) !== undefined,
      recover: () => pause(SHORT_MS),
      state: async () => leases.acquire(id, SHORT_MS),
    }),
  },
  {
    name: "leases: one renewed, another ended",
    prepare: async ({ leases }, id) => {
      const [kept = 0, left = 0] = [await leases.acquire(`${id}k`, LONG_MS), await leases.acquire(`${id}l`, LONG_MS)];
      return {
        act: async (by) => [await by.leases.renew(`${id}k`, kept, LONG_MS), await by.leases.release(`${id}l`, left)],
        state: async () => [await leases.acquire(`${id}k`, 1), await leases.acquire(`${id}l`, 1)],
      };
    },
  },
  {
    name: "idempotency: a key begun, which is taken over when its lease has ended",
    prepare: async ({ idempotency }, id) => ({
      act: async (by) => (await by.idempotency.begin(id, { leaseMs: SHORT_MS, ttlMs: LONG_MS })).state,
      recover: () => pause(SHORT_MS),
      state: async () => (await idempotency.begin(id, { leaseMs: SHORT_MS, ttlMs: LONG_MS })).state,
    }),
  },
  {
    name: "idempotency: an answer kept, and a key forgotten",
    prepare: async ({ idempotency }, id) => {
      const times = { leaseMs: LONG_MS, ttlMs: LONG_MS };
      for (const key of [`${id}k`, `${id}f`]) await idempotency.begin(key, times);
      return {
        act: async (by) => {
          await by.idempotency.renew(`${id}k`, LONG_MS);
          await by.idempotency.finish(`${id}k`, { bodyHash: "h", answer: "$a" }, LONG_MS);
          await by.idempotency.abandon(`${id}f`);
        },
        state: async () => [await idempotency.begin(`${id}k`, times), (await idempotency.begin(`${id}f`, times)).state],
      };
    },
  },
];

/** A change of rows in hand. */
function held(how: string, act: (store: Store, refs: readonly ClaimRef[]) => Promise<void>): readonly WritePath[] {
  return [
    {
      name: `claims: rows ${how}`,
      prepare: async (store, id) => {
        const refs = await claimed(store, id);
        await store.claims.beginCalls(
          refs.map((ref) => ({ ...ref, to: "ann@example.com" })),
          1,
        );
        return { act: (by) => act(by, refs), state: () => rowsOf(store, id) };
      },
    },
  ];
}

function upsert(id: string, fields: CustomerChange["fields"]): CustomerChange {
  return { id, stamp: 5, fields };
}

function order(id: string, customerId: string, amount: number): OrderChange {
  return { id, customerId, type: "purchase", amount, currency: "USD", placedAt: 1_000 + amount, items: [], stamp: 1 };
}

function fates(batchId: string, part: number, single: boolean) {
  const rejections = [{ row: 2 * part + 1, path: "email", code: "invalid", message: "is no email" }] as const;
  return { batchId, part, kind: "orders", single, accepted: 1, rejections } as const;
}

function facts(id: string): readonly DeliveryFact[] {
  const fact = { logId: `${id}:${id}a`, generation: 1, status: "sent", at: 2 } as const;
  return [
    fact,
    { ...fact, status: "opened", at: 4 },
    { ...fact, logId: `${id}:${id}b`, status: "bounced", at: 3, reason: "gone" },
  ];
}

function plan(store: Store, id: string): Promise<number> {
  return store.communications.plan({
    campaignId: id,
    channel: "email",
    condition: { kind: "all", of: [] },
    after: id,
    upTo: `${id}~`,
    plannedAt: 1,
  });
}

async function planned(store: Store, id: string): Promise<void> {
  await store.customers.apply(["a", "b", "c"].map((name) => upsert(`${id}${name}`, { email: `${name}@example.com` })));
  await plan(store, id);
}

async function claimed(store: Store, id: string, leaseMs = LONG_MS): Promise<readonly ClaimRef[]> {
  await planned(store, id);
  const rows = await store.claims.claim({ campaignId: id, limit: 10, leaseMs });
  return rows.map((row) => ({ id: row.id, epoch: row.epoch }));
}

async function sweepUp(store: Store): Promise<void> {
  await pause(SHORT_MS);
  await sweepAll(store);
}

function sweepAll({ claims }: Store): Promise<void> {
  return untilNone(() => claims.sweep({ vendorHonoursKeys: true, limit: 2 }));
}

async function untilNone(some: () => Promise<number>): Promise<void> {
  while ((await some()) > 0);
}

async function customersOf({ customers }: Store, ids: readonly string[]): Promise<readonly unknown[]> {
  const found = (await customers.getMany(ids)).map((customer) => ({ ...customer, createdAt: 0, updatedAt: 0 }));
  return found.sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function ordersOf({ orders }: Store, customerId: string): Promise<readonly unknown[]> {
  return (await orders.list({ customerId }, { limit: 10 })).items;
}

async function rowsOf({ communications }: Store, campaignId: string): Promise<readonly StoredCommunication[]> {
  const { items } = await communications.list({ campaignId }, { limit: 10 });
  return items.map((row) => ({ ...row, dueAt: 0, updatedAt: 0 }));
}
