import { deepEqual, equal, ok } from "node:assert/strict";
import type { Store } from "../../../ports/index.js";
import { pause, until } from "../../expect.js";
import { claimAll, claimOne, ids, LONG_LEASE_MS, logOf, planned, START } from "../given.js";
import { type CasesOf, storeCase, twoStoreCase } from "../store-harness.js";

export const claimingCases: CasesOf<"claims">["claim"] = [
  twoStoreCase("two handles racing never hold the same row", async (stores) => {
    const rows = await planned(stores[0], "k1", ids("c", 60));
    const claimed: string[] = [];
    const work = async (store: Store): Promise<void> => {
      for (;;) {
        const batch = await store.claims.claim({ campaignId: "k1", limit: 7, leaseMs: LONG_LEASE_MS });
        if (batch.length === 0) return;
        claimed.push(...batch.map(({ id }) => id));
      }
    };
    await Promise.all([...stores, ...stores].map(work));
    deepEqual(claimed.sort(), rows);
  }),
  storeCase("a claim takes at most its limit, of its own campaign, and says until when", async (store) => {
    await planned(store, "k1", ids("c", 5));
    await planned(store, "k2", ids("c", 5));
    const claimed = await store.claims.claim({ campaignId: "k1", limit: 3, leaseMs: LONG_LEASE_MS });
    equal(claimed.length, 3);
    for (const { epoch, leaseUntil, ...log } of claimed) {
      ok(log.campaignId === "k1" && log.status === "claimed" && epoch > 0 && leaseUntil > START);
      deepEqual(await logOf(store, log.id), log);
    }
    equal((await claimAll(store, "k1")).length, 2);
    equal((await claimAll(store, "k1")).length, 0);
    equal((await store.communications.stats("k2")).pending, 5);
  }),
  storeCase("only due rows are claimed, the earliest due first", async (store, { maxWaitMs }) => {
    await planned(store, "k1", ["c1", "c2", "c3", "c4"]);
    const delays: Readonly<Record<string, number>> = { "k1:c1": 60, "k1:c2": 1, "k1:c3": 30, "k1:c4": LONG_LEASE_MS };
    const held = await claimAll(store, "k1");
    await store.claims.release(held.map(({ id, epoch }) => ({ id, epoch, delayMs: delays[id] ?? 0 })));
    await pause(100);
    const order: string[] = [];
    for (let turn = 0; turn < 3; turn++) {
      const [next] = await until("a due row", maxWaitMs, async () =>
        nonEmpty(await store.claims.claim({ campaignId: "k1", limit: 1, leaseMs: LONG_LEASE_MS })),
      );
      order.push(next?.id ?? "");
    }
    deepEqual(order, ["k1:c2", "k1:c3", "k1:c1"]);
    deepEqual(await claimAll(store, "k1"), [], "the fourth is not due");
  }),
  storeCase("each claim of a row has a higher epoch", async (store) => {
    await planned(store, "k1", ["c1"]);
    const epochs: number[] = [];
    for (let turn = 0; turn < 3; turn++) {
      const held = await claimOne(store, "k1");
      epochs.push(held.epoch);
      await store.claims.release([{ ...held, delayMs: 0 }]);
    }
    deepEqual(
      epochs,
      [...new Set(epochs)].sort((a, b) => a - b),
    );
  }),
];

function nonEmpty<T>(items: readonly T[]): readonly T[] | undefined {
  return items.length === 0 ? undefined : items;
}
