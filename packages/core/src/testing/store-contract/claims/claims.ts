import { deepEqual, equal, ok } from "node:assert/strict";
import type { ClaimRef } from "../../../ports/claims.js";
import type { Store } from "../../../ports/index.js";
import { pause } from "../../expect.js";
import { CALL_MS, claimAll, claimOne, fact, LONG_LEASE_MS, logOf, planned, refOf, stamp } from "../given.js";
import { type CasesOf, storeCase } from "../store-harness.js";
import { claimingCases } from "./claim.js";
import { handOverCases } from "./hand-over.js";
import { reservingCases } from "./reserve-addresses.js";
import { sweepCases } from "./sweep.js";

export const claimCases: CasesOf<"claims"> = {
  claim: claimingCases,
  renew: [
    storeCase("a renewed lease outlives its first end", async (store) => {
      await planned(store, "k1", ["c1", "c2"]);
      const [renewed, left] = await claimAll(store, "k1", 500);
      ok(renewed && left);
      deepEqual([...(await store.claims.renew([{ id: renewed.id, epoch: renewed.epoch }], LONG_LEASE_MS))], [renewed.id]);
      await pause(600);
      equal(await store.claims.sweep({ vendorHonoursKeys: true, limit: 10 }), 1);
      equal((await logOf(store, renewed.id)).status, "claimed");
      deepEqual(
        [...(await store.claims.beginCalls([{ ...{ id: renewed.id, epoch: renewed.epoch }, to: "x" }], CALL_MS))],
        [renewed.id],
        "still its holder's",
      );
    }),
  ],
  reserveAddresses: reservingCases,
  beginCalls: [
    ...handOverCases,
    storeCase("a call is marked with its address and counted, with enough lease only", async (store) => {
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
    storeCase("the time of a row's first call stays, counted or not, however often it is called again", async (store) => {
      await planned(store, "k1", ["c1"]);
      const call = async (refund: boolean) => {
        const held = refOf(await claimOne(store, "k1"));
        await store.claims.beginCalls([{ ...held, to: "x" }], CALL_MS);
        const { firstCallAt, updatedAt } = await logOf(store, "k1:c1");
        await store.claims.release([{ ...held, delayMs: 0, refund }]);
        return { firstCallAt, calledAt: updatedAt };
      };
      equal((await logOf(store, "k1:c1")).firstCallAt, undefined);
      const first = await call(true);
      ok(first.firstCallAt !== undefined && Math.abs(first.firstCallAt - first.calledAt) < 1_000);
      equal((await logOf(store, "k1:c1")).firstCallAt, first.firstCallAt);
      await pause(20);
      equal((await call(false)).firstCallAt, first.firstCallAt);
      deepEqual(
        (await claimAll(store, "k1")).map((claim) => claim.firstCallAt),
        [first.firstCallAt],
        "the claim says it",
      );
    }),
    storeCase("no call begins to whoever was erased since the claim", async (store) => {
      const [row = "", other = ""] = await planned(store, "k1", ["c1", "c2"]);
      const calls = (await claimAll(store, "k1")).map(({ id, epoch }) => ({ id, epoch, to: `${id}@example.com` }));
      await store.customers.erase("c1", stamp(5));
      deepEqual([...(await store.claims.beginCalls(calls, 1))], [other]);
      const { status, to, attempts } = await logOf(store, row);
      deepEqual({ status, to, attempts }, { status: "claimed", to: undefined, attempts: 0 });
      await store.claims.skip(calls.filter(({ id }) => id === row).map((claim) => ({ ...claim, reason: "erased" })));
      equal((await logOf(store, row)).status, "skipped");
    }),
  ],
  release: [
    storeCase("a released row is due after its delay, with its reason, and a refund takes the attempt back", async (store) => {
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
      ok(later.dueAt > second.dueAt + LONG_LEASE_MS / 2, "due after the delay");
      equal((await logOf(store, first.id)).dueAt, first.dueAt, "without a delay it stays due, whatever the clock did");
      const again = await claimAll(store, "k1");
      deepEqual(
        again.map(({ id, attempts }) => [id, attempts]),
        [[first.id, 0]],
      );
    }),
    storeCase("a refund takes back nothing where no call was begun", async (store) => {
      await planned(store, "k1", ["c1"]);
      const before = await attempt(store);
      await store.claims.release([{ ...before, delayMs: 0 }]);
      const held = await claimOne(store, "k1");
      await store.claims.release([{ ...held, delayMs: 0, refund: true }]);
      const { attempts, status } = await logOf(store, "k1:c1");
      deepEqual([attempts, status], [1, "pending"]);
    }),
    storeCase("a row that waits says until when it last did, and what is given back otherwise does not", async (store) => {
      await planned(store, "k1", ["c1"]);
      await store.claims.release([{ ...(await claimOne(store, "k1")), delayMs: 0 }]);
      equal((await logOf(store, "k1:c1")).waitedUntil, undefined);
      await store.claims.release([{ ...(await claimOne(store, "k1")), delayMs: 0, reason: "address_in_use", waits: true }]);
      const waiting = await logOf(store, "k1:c1");
      deepEqual([waiting.waitedUntil, waiting.attempts], [waiting.dueAt, 0]);
      deepEqual((await store.communications.stats("k1")).waiting.reasons, { address_in_use: 1 });
      await store.claims.release([{ ...(await claimOne(store, "k1")), delayMs: LONG_LEASE_MS }]);
      equal((await logOf(store, "k1:c1")).waitedUntil, waiting.waitedUntil);
    }),
  ],
  refund: [
    storeCase("the last attempt of a row that was given back is taken back, once", async (store) => {
      await planned(store, "k1", ["c1"]);
      const first = await attempt(store);
      await store.claims.release([{ ...first, delayMs: 0 }]);
      const second = await attempt(store);
      await store.claims.refund([second]);
      equal((await logOf(store, "k1:c1")).attempts, 2, "not while it is held");
      await store.claims.release([{ ...second, delayMs: 0, reason: "the vendor is away" }]);
      await store.claims.refund([first]);
      equal((await logOf(store, "k1:c1")).attempts, 2, "not by a claim that has passed on");
      await store.claims.refund([second, { id: "k1:nobody", epoch: 1 }]);
      await store.claims.refund([second]);
      const { attempts, status, reason } = await logOf(store, "k1:c1");
      deepEqual([attempts, status, reason], [1, "pending", "the vendor is away"]);
    }),
    storeCase("what was refunded with its release, or settled since, is left alone", async (store) => {
      await planned(store, "k1", ["c1"]);
      const refunded = await attempt(store);
      await store.claims.release([{ ...refunded, delayMs: 0, refund: true }]);
      await store.claims.refund([refunded]);
      equal((await logOf(store, "k1:c1")).attempts, 0);
      const settled = await attempt(store);
      await store.claims.release([{ ...settled, delayMs: 0 }]);
      await store.communications.record([fact("k1:c1", "delivered")]);
      await store.claims.refund([settled]);
      equal((await logOf(store, "k1:c1")).attempts, 1);
    }),
  ],
  skip: [
    storeCase("a write for one row leaves the others as they are", async (store) => {
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
  ],
  leaveUnknown: [
    storeCase("a row that is left unknown says why, and goes to nobody again", async (store) => {
      await planned(store, "k1", ["c1", "c2"]);
      const [left, held] = await claimAll(store, "k1");
      ok(left && held);
      await store.claims.leaveUnknown([
        { ...refOf(left), reason: "timeout" },
        { ...refOf(held), epoch: held.epoch + 1, reason: "not its holder" },
      ]);
      const { status, reason } = await logOf(store, left.id);
      deepEqual([status, reason], ["unknown", "timeout"]);
      equal((await logOf(store, held.id)).status, "claimed");
      deepEqual(await claimAll(store, "k1"), []);
      equal(await store.claims.sweep({ vendorHonoursKeys: true, limit: 9 }), 0);
    }),
  ],
  sweep: sweepCases,
};

/** Claims the only row and begins a call for it. */
async function attempt(store: Store): Promise<ClaimRef> {
  const held = await claimOne(store, "k1");
  await store.claims.beginCalls([{ ...held, to: "a@example.com" }], 1);
  return held;
}
