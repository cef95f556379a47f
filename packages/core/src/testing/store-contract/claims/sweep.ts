import { deepEqual, equal, ok } from "node:assert/strict";
import type { ClaimRef } from "../../../ports/claims.js";
import type { Store } from "../../../ports/index.js";
import { pause, until } from "../../expect.js";
import { CALL_MS, claimAll, claimOne, ids, LONG_LEASE_MS, logOf, planned } from "../given.js";
import { type CasesOf, type StoreHarness, storeCase, twoStoreCase } from "../store-harness.js";

export const sweepCases: CasesOf<"claims">["sweep"] = [
  storeCase("a lease that ends without a call gives the row back", async (store, harness) => {
    for (const [campaignId, vendorHonoursKeys] of [
      ["k1", true],
      ["k2", false],
    ] as const) {
      await planned(store, campaignId, ["c1"]);
      const first = await claimOne(store, campaignId, 1);
      await sweepOne(store, harness, vendorHonoursKeys);
      deepEqual(await seen(store, campaignId), { status: "pending", attempts: 0 });
      ok((await claimOne(store, campaignId)).epoch > first.epoch);
    }
  }),
  storeCase("a lease that ends during a call gives the row back where the vendor honours keys", async (store, harness) => {
    await planned(store, "k1", ["c1"]);
    await beginCall(store, "k1");
    const { handedOverAt } = await logOf(store, "k1:c1");
    await sweepOne(store, harness, true);
    deepEqual(await seen(store, "k1"), { status: "pending", attempts: 1 });
    equal((await logOf(store, "k1:c1")).handedOverAt, handedOverAt, "the vendor may have it");
    await claimOne(store, "k1");
  }),
  storeCase("a lease that ends during a call leaves the row unknown where the vendor does not", async (store, harness) => {
    await planned(store, "k1", ["c1"]);
    await beginCall(store, "k1");
    await sweepOne(store, harness, false);
    deepEqual(await seen(store, "k1"), { status: "unknown", attempts: 1 });
    deepEqual(await claimAll(store, "k1"), [], "not sent again");
  }),
  storeCase("the sweep remembers a call only for the claim that began it", async (store, harness) => {
    await planned(store, "k1", ["c1"]);
    const first = await claimOne(store, "k1");
    await store.claims.beginCalls([{ ...first, to: "a@example.com" }], CALL_MS);
    await store.claims.release([{ ...first, delayMs: 0 }]);
    await claimOne(store, "k1", 1);
    await sweepOne(store, harness, false);
    equal((await seen(store, "k1")).status, "pending");
  }),
  storeCase("the sweep takes rows of any campaign, up to its limit, and no live lease", async (store, { maxWaitMs }) => {
    for (const campaignId of ["k1", "k2"]) await planned(store, campaignId, ids("c", 3));
    await planned(store, "k3", ids("c", 3));
    for (const campaignId of ["k1", "k2"]) await claimAll(store, campaignId, 1);
    await claimAll(store, "k3");
    // All six leases have ended before the first sweep: one without a limit would take them all.
    await pause(20);
    let swept = 0;
    await until("all six rows swept", maxWaitMs, async () => {
      const some = await store.claims.sweep({ vendorHonoursKeys: true, limit: 4 });
      ok(some <= 4, `a sweep of 4 took ${some}`);
      swept += some;
      return swept >= 6 ? true : undefined;
    });
    equal(await store.claims.sweep({ vendorHonoursKeys: true, limit: 4 }), 0);
    const stats = await Promise.all(["k1", "k2", "k3"].map((id) => store.communications.stats(id)));
    deepEqual(
      stats.map(({ pending, claimed }) => [pending, claimed]),
      [
        [3, 0],
        [3, 0],
        [0, 3],
      ],
    );
    equal(swept, 6);
  }),
  twoStoreCase("a stale holder's writes change nothing once another holds the row", async (stores, harness) => {
    await planned(stores[0], "k1", ["c1"]);
    const stale = await claimOne(stores[0], "k1", 1);
    await sweepOne(stores[1], harness, true);
    const holder = await claimOne(stores[1], "k1");
    await assertStale(stores[0], stale);
    deepEqual([...(await stores[1].claims.renew([holder], LONG_LEASE_MS))], [holder.id], "the holder still holds it");
    await stores[1].claims.skip([{ ...holder, reason: "no_address" }]);
    equal((await seen(stores[0], "k1")).status, "skipped");
  }),
  storeCase("a holder whose row was swept writes nothing, though nobody has it yet", async (store, harness) => {
    await planned(store, "k1", ["c1"]);
    const stale = await claimOne(store, "k1", 1);
    await sweepOne(store, harness, true);
    await assertStale(store, stale);
    equal((await seen(store, "k1")).status, "pending");
    await claimOne(store, "k1");
  }),
];

async function seen(store: Store, campaignId: string): Promise<{ readonly status: string; readonly attempts: number }> {
  const { status, attempts } = await logOf(store, `${campaignId}:c1`);
  return { status, attempts };
}

/** Sweeps until the one lease that is about to end has been taken back. */
async function sweepOne(store: Store, { maxWaitMs }: StoreHarness, vendorHonoursKeys: boolean): Promise<void> {
  const swept = await until(
    "a swept row",
    maxWaitMs,
    async () => (await store.claims.sweep({ vendorHonoursKeys, limit: 10 })) || undefined,
  );
  equal(swept, 1);
}

/** Claims the row, begins a call, and lets the lease end while it lasts. */
async function beginCall(store: Store, campaignId: string): Promise<void> {
  const held = await claimOne(store, campaignId, 400);
  deepEqual([...(await store.claims.beginCalls([{ ...held, to: "a@example.com" }], 1))], [held.id]);
}

/** Tries every write with a claim that has passed on: none goes through, and the row stays as it is. */
async function assertStale(store: Store, stale: ClaimRef): Promise<void> {
  const before = await logOf(store, stale.id);
  deepEqual([...(await store.claims.renew([stale], LONG_LEASE_MS))], []);
  deepEqual([...(await store.claims.beginCalls([{ ...stale, to: "stale@example.com" }], 1))], []);
  await store.claims.release([{ ...stale, delayMs: 0, reason: "stale" }]);
  await store.claims.skip([{ ...stale, reason: "erased" }]);
  await store.claims.leaveUnknown([{ ...stale, reason: "stale" }]);
  deepEqual(await logOf(store, stale.id), before);
}
