import { deepEqual, equal, ok } from "node:assert/strict";
import { pause, race, until } from "../../expect.js";
import { LONG_LEASE_MS } from "../given.js";
import { type CasesOf, storeCase, twoStoreCase } from "../store-harness.js";

const LONG = { leaseMs: LONG_LEASE_MS, ttlMs: LONG_LEASE_MS };
const SHORT = { leaseMs: 1, ttlMs: LONG_LEASE_MS };
const ANSWER = { bodyHash: "hash of the body", answer: '{"batchId":"b1 é😀"}' } as const;

export const idempotencyCases: CasesOf<"idempotency"> = {
  begin: [
    twoStoreCase("of 20 callers one begins, and the others are told that it runs", async (stores) => {
      const found = await race(20, (index) => stores[index % 2 === 0 ? 0 : 1].idempotency.begin("key", LONG));
      deepEqual(found.map(({ state }) => state).sort(), ["begun", ...Array.from({ length: 19 }, () => "running")]);
      equal((await stores[0].idempotency.begin("another", LONG)).state, "begun");
    }),
    storeCase(
      "a caller takes over when the lease of the last has ended, and finds when the key was first begun",
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
  ],
  renew: [
    storeCase("work that renews is not taken over, and an answer stays an answer", async (store) => {
      await store.idempotency.begin("key", { leaseMs: 2_000, ttlMs: LONG_LEASE_MS });
      await store.idempotency.renew("key", LONG_LEASE_MS);
      await pause(2_050);
      deepEqual(await store.idempotency.begin("key", LONG), { state: "running" });
      await store.idempotency.finish("key", ANSWER, LONG_LEASE_MS);
      await store.idempotency.renew("key", LONG_LEASE_MS);
      deepEqual(await store.idempotency.begin("key", LONG), { state: "finished", ...ANSWER });
    }),
  ],
  finish: [
    twoStoreCase("a finished key answers what was answered", async (stores) => {
      await stores[0].idempotency.begin("key", SHORT);
      await stores[0].idempotency.finish("key", ANSWER, LONG_LEASE_MS);
      await pause(20);
      for (const store of stores) deepEqual(await store.idempotency.begin("key", LONG), { state: "finished", ...ANSWER });
    }),
    storeCase("an answer is kept for its time only, and then the key begins anew", async (store, { maxWaitMs }) => {
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
  ],
  abandon: [
    storeCase("an abandoned key begins again at once", async (store) => {
      await store.idempotency.begin("key", LONG);
      await store.idempotency.abandon("key");
      equal((await store.idempotency.begin("key", LONG)).state, "begun");
    }),
  ],
};
