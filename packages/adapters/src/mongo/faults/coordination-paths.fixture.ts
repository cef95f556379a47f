import { setTimeout as pause } from "node:timers/promises";
import { LONG_MS, SHORT_MS, type WritePath } from "./write-path.fixture.js";

export const COORDINATION_PATHS: readonly WritePath[] = [
  {
    name: "batches: an upload from its beginning to its end",
    prepare: async ({ batches }, id) => ({
      act: async (by) => {
        await by.batches.insert({ id, kind: "orders", createdAt: 5 });
        await by.batches.touch(id, 3);
        await by.batches.identify(
          [0, 1].map((part) => ({ batchId: id, part, identities: [{ row: 2 * part + 2, customerId: "c" }] })),
        );
        await by.batches.record([0, 2].map((part) => fates(id, part, false)));
        await by.batches.seal(id, { received: 4, truncated: false });
      },
      state: async () => [await batches.get(id), await batches.findParts([0, 1, 2].map((part) => ({ batchId: id, part })))],
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

function fates(batchId: string, part: number, single: boolean) {
  const rejections = [{ row: 2 * part + 1, path: "email", code: "invalid", message: "is no email" }] as const;
  return { batchId, part, kind: "orders", single, added: 1, changed: 0, unchanged: 0, rejections } as const;
}
