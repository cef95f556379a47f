import { deepEqual, ok } from "node:assert/strict";
import { pause, until } from "../expect.js";
import { heartbeat, LONG_LEASE_MS } from "./given.js";
import { type CasesOf, storeCase, twoStoreCase } from "./store-harness.js";

const SHORT_MS = 100;

export const heartbeatCases: CasesOf<"heartbeats"> = {
  beat: [
    twoStoreCase("what a process said last is all that is known of it, dated by the store's clock", async ([store, other]) => {
      const first = heartbeat("$p.1", { doing: [{ duty: "orders", inHand: 3, trouble: { since: 5, reason: "$away" } }] });
      await store.heartbeats.beat(first, LONG_LEASE_MS);
      const last = heartbeat("$p.1", { vendor: { state: "open", failures: 10, lastError: "$gone", nextTryAt: 7 }, ended: true });
      const before = await other.clock.now();
      await store.heartbeats.beat(last, LONG_LEASE_MS);
      const after = await other.clock.now();
      const [heard, ...others] = await other.heartbeats.list(10);
      deepEqual([heard && { ...heard, seenAt: 0 }, others], [{ ...last, seenAt: 0 }, []]);
      ok(heard && before <= heard.seenAt && heard.seenAt <= after, `${heard?.seenAt} is from ${before} to ${after}`);
    }),
    storeCase("a process of which nothing was heard for the time is forgotten, and no other", async (store, { maxWaitMs }) => {
      await store.heartbeats.beat(heartbeat("old"), SHORT_MS);
      await pause(SHORT_MS / 2);
      await until("the old one is forgotten", maxWaitMs, async () => {
        await store.heartbeats.beat(heartbeat("new"), SHORT_MS);
        const ids = (await store.heartbeats.list(10)).map(({ id }) => id);
        ok(ids.includes("new"), "the new one was just heard of");
        return !ids.includes("old") || undefined;
      });
    }),
  ],
  list: [
    storeCase("the one last heard of first, and no more than are asked for", async (store) => {
      for (const id of ["p1", "p2", "p3", "p1"]) {
        await store.heartbeats.beat(heartbeat(id), LONG_LEASE_MS);
        await pause(2);
      }
      const ids = async (limit: number) => (await store.heartbeats.list(limit)).map(({ id }) => id);
      deepEqual(
        [await ids(10), await ids(2)],
        [
          ["p1", "p3", "p2"],
          ["p1", "p3"],
        ],
      );
    }),
  ],
};
