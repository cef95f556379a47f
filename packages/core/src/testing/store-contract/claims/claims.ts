import { deepEqual, equal, ok } from "node:assert/strict";
import type { ClaimRef } from "../../../ports/claims.js";
import type { Store } from "../../../ports/index.js";
import { pause, until } from "../../expect.js";
import { claimAll, fact, ids, LONG_LEASE_MS, logOf, planned, planOf, START } from "../given.js";
import { type StoreCase, storeCase, twoStoreCase } from "../store-harness.js";

const CALL_MS = 1_000;

export const claimCases: readonly StoreCase[] = [
  twoStoreCase("claims: two handles racing never hold the same row", async (stores) => {
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
  storeCase("claims: a claim takes at most its limit, of its own campaign, and says until when", async (store) => {
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
  storeCase("claims: only due rows are claimed, the earliest due first", async (store, { maxWaitMs }) => {
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
  storeCase("claims: a write for one row leaves the others as they are", async (store) => {
    await planned(store, "k1", ["c1", "c2", "c3"]);
    const held = await claimAll(store, "k1");
    const [first, second] = held;
    ok(first && second);
    await store.claims.skip([
      { ...refOf(first), reason: "unsubscribed" },
      { id: "k1:nobody", epoch: 1, reason: "erased" },
    ]);
    await store.claims.leaveUnknown([{ ...refOf(second), reason: "timeout" }]);
    const rows = await Promise.all(held.map(({ id }) => logOf(store, id)));
    deepEqual(
      rows.map(({ status, reason }) => [status, reason]),
      [
        ["skipped", "unsubscribed"],
        ["unknown", "timeout"],
        ["claimed", undefined],
      ],
    );
    deepEqual(await claimAll(store, "k1"), []);
  }),
  storeCase("claims: a call is marked with its address and counted, with enough lease only", async (store) => {
    await planned(store, "k1", ["c1", "c2"]);
    const held = await claimAll(store, "k1", 60_000);
    const calls = held.map(({ id, epoch }) => ({ id, epoch, to: `${id}@example.com` }));
    deepEqual([...(await store.claims.beginCalls(calls, 120_000))], [], "too little lease is left");
    deepEqual(
      (await Promise.all(held.map(({ id }) => logOf(store, id)))).map(({ attempts, to }) => [attempts, to]),
      [
        [0, undefined],
        [0, undefined],
      ],
    );
    deepEqual([...(await store.claims.beginCalls(calls, CALL_MS))].sort(), ["k1:c1", "k1:c2"]);
    const rows = await Promise.all(held.map(({ id }) => logOf(store, id)));
    deepEqual(
      rows.map(({ status, attempts, to }) => [status, attempts, to]),
      held.map(({ id }) => ["claimed", 1, `${id}@example.com`]),
    );
  }),
  storeCase(
    "claims: a released row is due after its delay, with its reason, and a refund takes the attempt back",
    async (store) => {
      await planned(store, "k1", ["c1", "c2"]);
      const held = await claimAll(store, "k1");
      await store.claims.beginCalls(
        held.map((log) => ({ ...refOf(log), to: "x" })),
        CALL_MS,
      );
      const [first, second] = held;
      ok(first && second);
      await store.claims.release([
        { ...refOf(first), delayMs: 0, refund: true },
        { ...refOf(second), delayMs: LONG_LEASE_MS, reason: "vendor is busy" },
      ]);
      const later = await logOf(store, second.id);
      deepEqual([later.status, later.attempts, later.reason], ["pending", 1, "vendor is busy"]);
      ok(later.dueAt > (await logOf(store, first.id)).dueAt + LONG_LEASE_MS / 2, "due after the delay");
      const again = await claimAll(store, "k1");
      deepEqual(
        again.map(({ id, attempts }) => [id, attempts]),
        [[first.id, 0]],
      );
    },
  ),
  twoStoreCase("claims: a row that is claimed and released over and over is open all the time", async ([first, second]) => {
    await planned(first, "k1", ["c1"]);
    const moves = { ended: false };
    const move = async (): Promise<void> => {
      for (let turn = 0; turn < 60; turn++) {
        const claims = await claimAll(first, "k1");
        await first.claims.release(claims.map(({ id, epoch }) => ({ id, epoch, delayMs: 0 })));
      }
      moves.ended = true;
    };
    const watch = async (): Promise<void> => {
      while (!moves.ended) {
        const { pending, claimed } = await second.communications.remaining("k1");
        ok(pending || claimed, "a campaign with this row is not over");
      }
    };
    await Promise.all([move(), watch(), watch(), watch()]);
  }),
  storeCase("claims: what remains tells pending from claimed, and when the earliest is due", async (store) => {
    await planned(store, "k1", ["c1", "c2"]);
    const { nextDueAt, ...open } = await store.communications.remaining("k1");
    deepEqual(open, { pending: true, claimed: false });
    equal(nextDueAt, (await logOf(store, "k1:c1")).dueAt);
    const held = await claimAll(store, "k1");
    deepEqual(await store.communications.remaining("k1"), { pending: false, claimed: true });
    await store.claims.release(held.map((log, index) => ({ ...refOf(log), delayMs: (index + 1) * LONG_LEASE_MS })));
    const dueAt = (await Promise.all(held.map(({ id }) => logOf(store, id)))).map((log) => log.dueAt);
    equal((await store.communications.remaining("k1")).nextDueAt, Math.min(...dueAt));
    await store.communications.record(held.map(({ id }) => fact(id, "delivered")));
    deepEqual(await store.communications.remaining("k1"), { pending: false, claimed: false });
  }),
  storeCase("claims: cancelling skips pending rows, as many as asked, and none that is held or settled", async (store) => {
    await planned(store, "k1", ids("c", 6));
    await store.communications.plan(planOf("k2"));
    await store.communications.record([fact("k1:c000", "sent")]);
    await store.claims.claim({ campaignId: "k1", limit: 1, leaseMs: LONG_LEASE_MS });
    equal(
      await store.communications.skipRows({ campaignId: "k1", status: "pending", reason: "campaign_cancelled", limit: 3 }),
      3,
    );
    equal(
      await store.communications.skipRows({ campaignId: "k1", status: "pending", reason: "campaign_cancelled", limit: 3 }),
      1,
    );
    equal(
      await store.communications.skipRows({ campaignId: "k1", status: "pending", reason: "campaign_cancelled", limit: 3 }),
      0,
    );
    const { sent, claimed, skipped, skippedBy } = await store.communications.stats("k1");
    deepEqual({ sent, claimed, skipped, skippedBy }, { sent: 1, claimed: 1, skipped: 4, skippedBy: { campaign_cancelled: 4 } });
    equal((await store.communications.stats("k2")).pending, 6);
  }),
];

function refOf({ id, epoch }: ClaimRef): ClaimRef {
  return { id, epoch };
}

function nonEmpty<T>(items: readonly T[]): readonly T[] | undefined {
  return items.length === 0 ? undefined : items;
}
