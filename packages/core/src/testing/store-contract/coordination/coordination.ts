import { deepEqual, equal, ok } from "node:assert/strict";
import { pause, race, until } from "../../expect.js";
import { LONG_LEASE_MS } from "../given.js";
import { type StoreCase, storeCase, twoStoreCase } from "../store-harness.js";

const LONG = { leaseMs: LONG_LEASE_MS, ttlMs: LONG_LEASE_MS };
const SHORT = { leaseMs: 1, ttlMs: LONG_LEASE_MS };
const ANSWER = { bodyHash: "hash of the body", answer: '{"batchId":"b1 é😀"}' } as const;

export const coordinationCases: readonly StoreCase[] = [
  twoStoreCase("leases: of 20 callers one has the lease, and no other until it ends", async (stores) => {
    const epochs = await race(20, (index) => stores[index % 2 === 0 ? 0 : 1].leases.acquire("plan:k1", LONG_LEASE_MS));
    equal(epochs.filter((epoch) => epoch !== undefined).length, 1);
    equal(await stores[1].leases.acquire("plan:k1", LONG_LEASE_MS), undefined);
    ok((await stores[1].leases.acquire("plan:k2", LONG_LEASE_MS)) !== undefined, "each name has its own");
  }),
  twoStoreCase(
    "leases: each holder has a higher epoch, also after a release and after an end",
    async ([store, other], { maxWaitMs }) => {
      const first = await store.leases.acquire("name", LONG_LEASE_MS);
      ok(first !== undefined);
      await store.leases.release("name", first);
      const second = await other.leases.acquire("name", 1);
      ok(second !== undefined && second > first);
      const third = await until("a lease after the end of the last", maxWaitMs, () =>
        store.leases.acquire("name", LONG_LEASE_MS),
      );
      ok(third > second);
    },
  ),
  twoStoreCase("leases: a stale holder neither renews nor releases", async ([store, other], { maxWaitMs }) => {
    const stale = await store.leases.acquire("name", 1);
    ok(stale !== undefined);
    const holder = await until("a lease after the end of the last", maxWaitMs, () => other.leases.acquire("name", LONG_LEASE_MS));
    equal(await store.leases.renew("name", stale, LONG_LEASE_MS), false);
    await store.leases.release("name", stale);
    equal(await store.leases.acquire("name", LONG_LEASE_MS), undefined, "the holder still has it");
    equal(await other.leases.renew("name", holder, LONG_LEASE_MS), true);
    equal(await store.leases.renew("nobody has it", 1, LONG_LEASE_MS), false);
  }),
  storeCase("leases: a renewed lease outlives its first end", async (store) => {
    const epoch = await store.leases.acquire("name", 500);
    ok(epoch !== undefined);
    equal(await store.leases.renew("name", epoch, LONG_LEASE_MS), true);
    await pause(600);
    equal(await store.leases.acquire("name", LONG_LEASE_MS), undefined);
    equal(await store.leases.renew("name", epoch, LONG_LEASE_MS), true);
  }),
  storeCase("leases: a lease that has ended is not renewed", async (store) => {
    const epoch = await store.leases.acquire("name", 1);
    ok(epoch !== undefined);
    await pause(50);
    equal(await store.leases.renew("name", epoch, LONG_LEASE_MS), false);
    ok((await store.leases.acquire("name", LONG_LEASE_MS)) !== undefined);
  }),
  twoStoreCase("rates: two handles together never take more than the rate, and go on getting it", async (stores) => {
    const perSecond = 50;
    const start = Date.now();
    let taken = 0;
    const work = async (index: number): Promise<void> => {
      while (Date.now() - start < 500) {
        taken += await stores[index % 2 === 0 ? 0 : 1].rates.take("vendor", perSecond, 7);
        await pause(10);
      }
    };
    await race(4, work);
    const elapsedMs = Date.now() - start;
    const most = perSecond + (perSecond * elapsedMs) / 1_000 + 1;
    ok(taken <= most, `${taken} tokens in ${elapsedMs} ms at ${perSecond} a second`);
    await pause(200);
    ok((await stores[0].rates.take("vendor", perSecond, 1)) === 1, "a bucket fills again");
  }),
  storeCase("rates: a bucket holds a second's worth at most, however long nobody takes", async (store) => {
    await store.rates.take("vendor", 20, 20);
    await pause(1_300);
    const taken = await store.rates.take("vendor", 20, 1_000);
    ok(taken >= 15 && taken <= 20, `${taken} tokens`);
    equal(Number.isInteger(taken), true);
  }),
  storeCase("rates: a slow rate gives one token, and then waits", async (store) => {
    equal(await store.rates.take("campaign", 0.1, 5), 1, "a bucket holds at least one");
    equal(await store.rates.take("campaign", 0.1, 5), 0);
    equal(await store.rates.take("another", 0.1, 5), 1, "each name has its own");
  }),
  storeCase("rates: nobody gets more than was wanted", async (store) => {
    equal(await store.rates.take("vendor", 1_000, 3), 3);
    equal(await store.rates.take("vendor", 1_000, 0), 0);
    ok((await store.rates.take("vendor", 1_000, 990)) > 900, "the rest is left");
  }),
  storeCase("rates: tokens put back are there to be taken, and never more than the bucket holds", async (store) => {
    equal(await store.rates.take("campaign", 0.001, 1), 1);
    await store.rates.putBack("campaign", 0.001, 1);
    equal(await store.rates.take("campaign", 0.001, 1), 1);
    equal(await store.rates.take("campaign", 0.001, 1), 0);
    equal(await store.rates.take("vendor", 1_000, 1), 1);
    await store.rates.putBack("vendor", 1_000, 5_000);
    await store.rates.putBack("unused", 3, 5_000);
    equal(await store.rates.take("vendor", 1_000, 9_000), 1_000);
    equal(await store.rates.take("unused", 3, 9_000), 3);
  }),
  twoStoreCase("idempotency: of 20 callers one begins, and the others are told that it runs", async (stores) => {
    const found = await race(20, (index) => stores[index % 2 === 0 ? 0 : 1].idempotency.begin("key", LONG));
    deepEqual(found.map(({ state }) => state).sort(), ["begun", ...Array.from({ length: 19 }, () => "running")]);
    equal((await stores[0].idempotency.begin("another", LONG)).state, "begun");
  }),
  twoStoreCase("idempotency: a finished key answers what was answered", async (stores) => {
    await stores[0].idempotency.begin("key", SHORT);
    await stores[0].idempotency.finish("key", ANSWER, LONG_LEASE_MS);
    await pause(20);
    for (const store of stores) deepEqual(await store.idempotency.begin("key", LONG), { state: "finished", ...ANSWER });
  }),
  storeCase(
    "idempotency: a caller takes over when the lease of the last has ended, and finds when the key was first begun",
    async (store, { maxWaitMs }) => {
      const first = await store.idempotency.begin("key", SHORT);
      await pause(20);
      const second = await until("a take-over", maxWaitMs, async () => {
        const begun = await store.idempotency.begin("key", LONG);
        return begun.state === "begun" ? begun : undefined;
      });
      deepEqual(second, first);
      deepEqual(await store.idempotency.begin("key", LONG), { state: "running" });
    },
  ),
  storeCase("idempotency: work that renews is not taken over, and an answer stays an answer", async (store) => {
    await store.idempotency.begin("key", { leaseMs: 2_000, ttlMs: LONG_LEASE_MS });
    await store.idempotency.renew("key", LONG_LEASE_MS);
    await pause(2_050);
    deepEqual(await store.idempotency.begin("key", LONG), { state: "running" });
    await store.idempotency.finish("key", ANSWER, LONG_LEASE_MS);
    await store.idempotency.renew("key", LONG_LEASE_MS);
    deepEqual(await store.idempotency.begin("key", LONG), { state: "finished", ...ANSWER });
  }),
  storeCase("idempotency: an abandoned key begins again at once", async (store) => {
    await store.idempotency.begin("key", LONG);
    await store.idempotency.abandon("key");
    equal((await store.idempotency.begin("key", LONG)).state, "begun");
  }),
  storeCase("idempotency: an answer is kept for its time only, and then the key begins anew", async (store, { maxWaitMs }) => {
    const first = await store.idempotency.begin("key", LONG);
    ok(first.state === "begun");
    await store.idempotency.finish("key", ANSWER, 1);
    await pause(20);
    const second = await until("an answer forgotten", maxWaitMs, async () => {
      const begun = await store.idempotency.begin("key", LONG);
      return begun.state === "begun" ? begun : undefined;
    });
    ok(second.startedAt > first.startedAt);
  }),
];
