import { deepEqual, equal, ok } from "node:assert/strict";
import type { ClaimRef, Release } from "../../../ports/claims.js";
import type { Store } from "../../../ports/index.js";
import { pause } from "../../expect.js";
import { CALL_MS, claimOne, fact, logOf, planned, stamp } from "../given.js";
import { type CasesOf, storeCase } from "../store-harness.js";

export const handOverCases: CasesOf<"claims">["beginCalls"] = [
  storeCase(
    "a row is handed over since its first call of which nobody knows, until the vendor surely took nothing",
    async (store) => {
      await planned(store, "k1", ["c1"]);
      const first = await called(store);
      const since = await handedOverAt(store);
      ok(since !== undefined && since === (await logOf(store, "k1:c1")).firstCallAt, "since its call, on the store's clock");
      await giveBack(store, first, { refund: true });
      await pause(20);
      const second = await called(store);
      equal(await handedOverAt(store), since, "an attempt that does not count was a call all the same");
      await giveBack(store, second, {});
      await giveBack(store, await claimOne(store, "k1"), {});
      equal(await handedOverAt(store), since, "a claim without a call changes nothing");
      await giveBack(store, await called(store), { refused: true });
      equal(await handedOverAt(store), undefined);
      await pause(5);
      await called(store);
      const again = await logOf(store, "k1:c1");
      ok(again.handedOverAt !== undefined && again.handedOverAt > since && again.firstCallAt === since, "from the next call on");
    },
  ),
  storeCase("what is left unknown, skipped or sent stays handed over", async (store) => {
    await planned(store, "k1", ["c1"]);
    await giveBack(store, await called(store), {});
    const since = await handedOverAt(store);
    await store.claims.leaveUnknown([{ ...(await claimOne(store, "k1")), reason: "cut off" }]);
    await store.communications.skipRows({ campaignId: "k1", status: "unknown", reason: "by_operator", limit: 9 });
    deepEqual([(await logOf(store, "k1:c1")).status, await handedOverAt(store)], ["skipped", since]);
    await store.communications.record([fact("k1:c1", "sent"), fact("k1:c1", "failed", { at: 5 })]);
    deepEqual([(await logOf(store, "k1:c1")).status, await handedOverAt(store)], ["failed", since]);
    ok(since !== undefined);
  }),
  storeCase("a fact of a sure refusal ends it, of this generation only, in any order", async (store) => {
    await planned(store, "k1", ["c1"]);
    await called(store);
    await store.communications.record([fact("k1:c1", "failed", { refused: true, generation: 2 })]);
    ok((await handedOverAt(store)) !== undefined);
    await store.communications.record([fact("k1:c1", "failed")]);
    ok((await handedOverAt(store)) !== undefined, "a receipt of a failure says nothing of it");
    await store.communications.record([fact("k1:c1", "failed", { refused: true }), fact("k1:c1", "failed")]);
    deepEqual([(await logOf(store, "k1:c1")).status, await handedOverAt(store)], ["failed", undefined]);
  }),
  storeCase("a call that did not begin, since its customer was erased, hands nothing over", async (store) => {
    await planned(store, "k1", ["c1"]);
    const held = await claimOne(store, "k1");
    await store.customers.erase("c1", stamp(5));
    deepEqual([...(await store.claims.beginCalls([{ ...held, to: "a@example.com" }], CALL_MS))], []);
    equal(await handedOverAt(store), undefined);
  }),
];

async function handedOverAt(store: Store): Promise<number | undefined> {
  return (await logOf(store, "k1:c1")).handedOverAt;
}

/** Claims the only row and begins a call for it. */
async function called(store: Store): Promise<ClaimRef> {
  const held = await claimOne(store, "k1");
  deepEqual([...(await store.claims.beginCalls([{ ...held, to: "a@example.com" }], CALL_MS))], [held.id]);
  return held;
}

function giveBack(store: Store, held: ClaimRef, how: Omit<Release, "id" | "epoch" | "delayMs">): Promise<void> {
  return store.claims.release([{ ...held, delayMs: 0, ...how }]);
}
