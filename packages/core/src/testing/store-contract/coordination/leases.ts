import { equal, ok } from "node:assert/strict";
import { pause, race, until } from "../../expect.js";
import { LONG_LEASE_MS } from "../given.js";
import { type CasesOf, storeCase, twoStoreCase } from "../store-harness.js";

export const leaseCases: CasesOf<"leases"> = {
  acquire: [
    twoStoreCase("of 20 callers one has the lease, and no other until it ends", async (stores) => {
      const epochs = await race(20, (index) => stores[index % 2 === 0 ? 0 : 1].leases.acquire("plan:k1", LONG_LEASE_MS));
      equal(epochs.filter((epoch) => epoch !== undefined).length, 1);
      equal(await stores[1].leases.acquire("plan:k1", LONG_LEASE_MS), undefined);
      ok((await stores[1].leases.acquire("plan:k2", LONG_LEASE_MS)) !== undefined, "each name has its own");
    }),
  ],
  renew: [
    twoStoreCase("a stale holder neither renews nor releases", async ([store, other], { maxWaitMs }) => {
      const stale = await store.leases.acquire("name", 1);
      ok(stale !== undefined);
      const holder = await until("a lease after the end of the last", maxWaitMs, () =>
        other.leases.acquire("name", LONG_LEASE_MS),
      );
      equal(await store.leases.renew("name", stale, LONG_LEASE_MS), false);
      await store.leases.release("name", stale);
      equal(await store.leases.acquire("name", LONG_LEASE_MS), undefined, "the holder still has it");
      equal(await other.leases.renew("name", holder, LONG_LEASE_MS), true);
      equal(await store.leases.renew("nobody has it", 1, LONG_LEASE_MS), false);
    }),
    storeCase("a renewed lease outlives its first end", async (store) => {
      const epoch = await store.leases.acquire("name", 500);
      ok(epoch !== undefined);
      equal(await store.leases.renew("name", epoch, LONG_LEASE_MS), true);
      await pause(600);
      equal(await store.leases.acquire("name", LONG_LEASE_MS), undefined);
      equal(await store.leases.renew("name", epoch, LONG_LEASE_MS), true);
    }),
    storeCase("a lease that has ended is not renewed", async (store) => {
      const epoch = await store.leases.acquire("name", 1);
      ok(epoch !== undefined);
      await pause(50);
      equal(await store.leases.renew("name", epoch, LONG_LEASE_MS), false);
      ok((await store.leases.acquire("name", LONG_LEASE_MS)) !== undefined);
    }),
  ],
  release: [
    twoStoreCase(
      "each holder has a higher epoch, also after a release and after an end",
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
  ],
};
