import { deepEqual, equal, ok } from "node:assert/strict";
import type { ClaimedCommunication, SkipReason } from "../../../model/communication-log.js";
import type { ClaimRef, Release } from "../../../ports/claims.js";
import type { Store } from "../../../ports/index.js";
import { race } from "../../expect.js";
import { CALL_MS, claimAll, fact, ids, planned, stamp } from "../given.js";
import { type CasesOf, storeCase, twoStoreCase } from "../store-harness.js";

export const reservingCases: CasesOf<"claims">["reserveAddresses"] = [
  storeCase("of the rows that ask for an address one has it, and the others are told that it is in use", async (store) => {
    const [a, b, c, d] = await held(store, "k1");
    deepEqual(await ask(store, [a, "h1"], [b, "h1"], [c, "h3"]), [b.id, "in_use"], "the first of one call has it");
    deepEqual(
      await ask(store, [b, "h1"], [a, "h1"], [d, "h3"]),
      [b.id, "in_use", d.id, "in_use"],
      "asking again changes nothing",
    );
    deepEqual(await ask(store, [a, "h1"], [c, "h3"]), []);
    deepEqual(await ask(store), []);
  }),
  twoStoreCase("of racing rows one has the address", async (stores) => {
    const rows = await held(stores[0], "k1", 20);
    const asking = async (index: number) => (await ask(stores[index % 2 === 0 ? 0 : 1], [rows[index] ?? rows[0], "h1"])).length;
    const refused = await race(20, asking);
    equal(refused.filter((size) => size === 0).length, 1);
    deepEqual(await race(20, asking), refused);
  }),
  twoStoreCase("of rows racing for what another has given back one has it", async (stores) => {
    const rows = await held(stores[0], "k1", 20);
    await ask(stores[0], [rows[0], "h1"]);
    await skip(stores[0], rows[0]);
    const asking = async (index: number) =>
      (await ask(stores[index % 2 === 0 ? 0 : 1], [rows[index + 1] ?? rows[1], "h1"])).length;
    const refused = await race(19, asking);
    equal(refused.filter((size) => size === 0).length, 1);
    deepEqual(await race(19, asking), refused);
  }),
  storeCase("each campaign reserves its own", async (store) => {
    const [a] = await held(store, "k1");
    const [b, c] = await held(store, "k2");
    deepEqual(await ask(store, [a, "h1"]), []);
    deepEqual(await ask(store, [c, "h1"]), []);
    deepEqual(await ask(store, [b, "h1"]), [b.id, "in_use"]);
  }),
  storeCase("an open row holds its address while it is put off, and is asked first when it is claimed again", async (store) => {
    const [a, b] = await held(store, "k1");
    await ask(store, [a, "h1"]);
    await call(store, a);
    await giveBack(store, a, { refused: true });
    deepEqual(await ask(store, [b, "h1"]), [b.id, "in_use"]);
    const again = await reclaimed(store, a);
    deepEqual(await ask(store, [b, "h1"], [again, "h1"]), [b.id, "in_use"]);
  }),
  storeCase("a row that ends without having been handed over holds nothing", async (store) => {
    const ends: Readonly<Record<string, (row: ClaimRef) => Promise<unknown>>> = {
      skipped: (row) => skip(store, row),
      refused: async (row) => {
        await call(store, row);
        await store.communications.record([fact(row.id, "failed", { refused: true })]);
      },
      "failed without a call": (row) => store.communications.record([fact(row.id, "failed")]),
      cancelled: async (row) => {
        await call(store, row);
        await giveBack(store, row, { refused: true });
        await store.communications.skipRows({ campaignId: "k1", status: "pending", reason: "campaign_cancelled", limit: 9 });
      },
      erased: async (row) => {
        await store.customers.erase(row.id.slice(3), stamp(5));
        await skip(store, row, "erased");
      },
    };
    const rows = await held(store, "k1");
    for (const [index, [how, end]] of Object.entries(ends).entries()) {
      const row = rows[index] ?? rows[0];
      deepEqual(await ask(store, [row, how]), []);
      await end(row);
      deepEqual(await ask(store, [rows[5], how]), [], how);
    }
  }),
  storeCase("an address is used once its holder was handed over and has ended", async (store) => {
    const ends: Readonly<Record<string, (row: ClaimRef) => Promise<unknown>>> = {
      sent: (row) => store.communications.record([fact(row.id, "sent")]),
      "reported as failed": (row) => store.communications.record([fact(row.id, "failed")]),
      "skipped after a call of which nobody knows": (row) => skip(store, row, "unsubscribed"),
      "left unknown": (row) => store.claims.leaveUnknown([{ ...row, reason: "cut off" }]),
      "sent, and erased": async (row) => {
        await store.communications.record([fact(row.id, "sent")]);
        await store.customers.erase(row.id.slice(3), stamp(5));
      },
    };
    const rows = await held(store, "k1");
    for (const [index, [how, end]] of Object.entries(ends).entries()) {
      const row = rows[index] ?? rows[0];
      await ask(store, [row, how]);
      await call(store, row);
      deepEqual(await ask(store, [rows[5], how]), [rows[5].id, "in_use"], how);
      await end(row);
      deepEqual(await ask(store, [rows[5], how]), [rows[5].id, "used"], how);
    }
  }),
  storeCase("a receipt of what was never called uses its address too", async (store) => {
    const [a, b] = await held(store, "k1");
    await ask(store, [a, "h1"]);
    await store.communications.record([fact(a.id, "delivered")]);
    deepEqual(await ask(store, [b, "h1"]), [b.id, "used"]);
  }),
  storeCase("a row that asks for another address has given back the one before, unless it was handed over", async (store) => {
    const [a, b, c] = await held(store, "k1");
    await ask(store, [a, "h1"], [b, "h2"]);
    for (const row of [a, b]) await call(store, row);
    await giveBack(store, a, { refused: true });
    await giveBack(store, b, {});
    const [a2, b2] = [await reclaimed(store, a), await reclaimed(store, b)];
    deepEqual(
      await ask(store, [c, "h2"], [c, "h1"]),
      [c.id, "in_use"],
      "b may have been taken under h2, and may be called again",
    );
    deepEqual(await ask(store, [a2, "h1"]), [a2.id, "in_use"]);
    await store.claims.leaveUnknown([{ ...b2, reason: "address_changed" }]);
    deepEqual(await ask(store, [c, "h2"]), [c.id, "used"]);
  }),
  storeCase("two rows that change their addresses with each other both get them, whoever asks first", async (store) => {
    for (const [campaignId, order] of [
      ["k1", [0, 1]],
      ["k2", [1, 0]],
    ] as const) {
      const rows = await held(store, campaignId);
      await ask(store, [rows[0], "h0"], [rows[1], "h1"]);
      for (const row of rows.slice(0, 2)) await giveBack(store, row, {});
      const again: readonly ClaimRef[] = await claimAll(store, campaignId);
      const asking = order.map((index) => [again[index] ?? rows[0], again[index]?.id === rows[0].id ? "h1" : "h0"] as const);
      for (const each of asking) deepEqual(await ask(store, each), []);
      deepEqual(await ask(store, ...asking), []);
    }
  }),
  storeCase("a row that waits holds nothing, so that two can't wait for each other", async (store) => {
    const [a, b] = await held(store, "k1");
    await ask(store, [a, "h1"], [b, "h2"]);
    await giveBack(store, a, {});
    const a2 = await reclaimed(store, a);
    deepEqual(await ask(store, [a2, "h2"]), [a.id, "in_use"]);
    await giveBack(store, a2, { waits: true });
    await giveBack(store, b, {});
    const b2 = await reclaimed(store, b);
    deepEqual(await ask(store, [b2, "h1"]), []);
    deepEqual(await ask(store, [await reclaimed(store, a), "h2"]), []);
  }),
  storeCase("what an earlier generation was handed over under stays used, and a later one reserves anew", async (store) => {
    const [a, b, c] = await held(store, "k1");
    await ask(store, [a, "h1"]);
    await call(store, a);
    await store.claims.leaveUnknown([{ ...a, reason: "cut off" }]);
    await store.communications.reopen({ campaignId: "k1", status: "unknown", reopening: 1, limit: 9 });
    deepEqual(await ask(store, [b, "h1"]), [b.id, "used"]);
    const second = await reclaimed(store, a);
    deepEqual(await ask(store, [second, "h2"]), []);
    await call(store, second);
    await store.communications.record([fact(a.id, "failed", { generation: 2, refused: true })]);
    deepEqual(await ask(store, [b, "h2"], [c, "h1"]), [c.id, "used"]);
    await store.communications.reopen({ campaignId: "k1", status: "failed", reopening: 2, limit: 9 });
    const third = await reclaimed(store, a);
    deepEqual(await ask(store, [third, "h2"]), [a.id, "in_use"], "its address was given to another meanwhile");
    await skip(store, third);
    deepEqual(await ask(store, [c, "h1"]), [c.id, "used"]);
  }),
];

type Rows = readonly [Row, Row, Row, Row, Row, Row, ...Row[]];
type Row = ClaimedCommunication;

/** At least six rows of a campaign, claimed. */
async function held(store: Store, campaignId: string, count = 6): Promise<Rows> {
  await planned(store, campaignId, ids("c", count));
  const [a, b, c, d, e, f, ...more] = await claimAll(store, campaignId);
  ok(a && b && c && d && e && f);
  return [a, b, c, d, e, f, ...more];
}

/** Reserves; each row that did not get its address, and what keeps it. */
async function ask(store: Store, ...asking: readonly (readonly [ClaimRef, string])[]): Promise<readonly string[]> {
  const reservations = asking.map(([{ id, epoch }, addressHash]) => ({ id, epoch, addressHash }));
  const [first = { id: "k1:" }] = reservations;
  return [...(await store.claims.reserveAddresses(first.id.slice(0, 2), reservations))].flat();
}

async function call(store: Store, { id, epoch }: ClaimRef): Promise<void> {
  deepEqual([...(await store.claims.beginCalls([{ id, epoch, to: "a@example.com" }], CALL_MS))], [id]);
}

function giveBack(store: Store, { id, epoch }: ClaimRef, how: Omit<Release, "id" | "epoch" | "delayMs">): Promise<void> {
  return store.claims.release([{ id, epoch, delayMs: 0, ...how }]);
}

/** Claims the only row that is due, which is this one. */
async function reclaimed(store: Store, { id }: ClaimRef): Promise<ClaimRef> {
  const claims = await claimAll(store, id.slice(0, 2));
  const claim = claims.find((row) => row.id === id);
  const others = claims.filter((row) => row.id !== id);
  await store.claims.release(others.map((row) => ({ id: row.id, epoch: row.epoch, delayMs: 0 })));
  ok(claim, `${id} is due`);
  return { id, epoch: claim.epoch };
}

function skip(store: Store, { id, epoch }: ClaimRef, reason: SkipReason = "unsubscribed"): Promise<void> {
  return store.claims.skip([{ id, epoch, reason }]);
}
