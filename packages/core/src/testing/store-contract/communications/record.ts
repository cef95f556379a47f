import { deepEqual, equal } from "node:assert/strict";
import { type DeliveryFact, type DeliveryStatus, foldFact, type StoredCommunication } from "../../../model/communication-log.js";
import { pause, race } from "../../expect.js";
import { seededRandom } from "../../seeded-random.js";
import { CALL_MS, claimAll, claimOne, fact, ids, LONG_LEASE_MS, logOf, MINUTE_MS, planned, planOf, START } from "../given.js";
import { type CasesOf, storeCase, twoStoreCase } from "../store-harness.js";

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const SETTLED: readonly (readonly [DeliveryFact["status"], DeliveryStatus])[] = [
  ["sent", "sent"],
  ["delivered", "delivered"],
  ["failed", "failed"],
  ["bounced", "bounced"],
  ["opened", "delivered"],
  ["clicked", "delivered"],
  ["complained", "delivered"],
];

export const recordCases: CasesOf<"communications">["record"] = [
  storeCase("any order, any split and any repetition give the same row", async (store) => {
    const rows = await planned(
      store,
      "k1",
      SEEDS.map((seed) => `c${seed}`),
    );
    const before = await logOf(store, "k1:c1");
    const settled = deliveryPart(factsOf("k1:c1").reduce(foldFact, before));
    equal(settled.status, "bounced");
    for (const [index, id] of rows.entries()) {
      const random = seededRandom(SEEDS[index] ?? 0);
      const facts = random.shuffled([...factsOf(id), ...factsOf(id)]);
      for (let known = 0; known < facts.length; ) {
        const size = 1 + random.int(5);
        await store.communications.record(facts.slice(known, known + size));
        known += size;
        const expected = deliveryPart(facts.slice(0, known).reduce(foldFact, before));
        deepEqual(deliveryPart(await logOf(store, id)), expected, `${known} facts in the order of seed ${SEEDS[index]}`);
      }
      deepEqual(deliveryPart(await logOf(store, id)), settled);
    }
  }),
  twoStoreCase("of facts recorded by several callers at once none is lost", async (stores) => {
    await planned(stores[0], "k1", ["c1"]);
    const facts = factsOf("k1:c1");
    const expected = deliveryPart(facts.reduce(foldFact, await logOf(stores[0], "k1:c1")));
    await race(facts.length, async (index) =>
      stores[index % 2 === 0 ? 0 : 1].communications.record(facts.slice(index, index + 1)),
    );
    deepEqual(deliveryPart(await logOf(stores[1], "k1:c1")), expected);
  }),
  storeCase("a fact settles a pending row, which is then not claimed", async (store) => {
    const rows = await planned(store, "k1", ids("c", SETTLED.length));
    await store.communications.record(SETTLED.map(([status], index) => fact(rows[index] ?? "", status)));
    for (const [index, [, status]] of SETTLED.entries()) equal((await logOf(store, rows[index] ?? "")).status, status);
    deepEqual(await claimAll(store, "k1"), []);
    equal(
      await store.communications.skipRows({ campaignId: "k1", status: "pending", reason: "campaign_cancelled", limit: 100 }),
      0,
    );
  }),
  storeCase("a fact settles a claimed row, which is then out of its holder's hands", async (store) => {
    await planned(store, "k1", ["c1"]);
    const held = await claimOne(store, "k1");
    await store.communications.record([fact("k1:c1", "delivered")]);
    const settled = await logOf(store, "k1:c1");
    equal(settled.status, "delivered");
    deepEqual([...(await store.claims.beginCalls([{ ...held, to: "x" }], 0))], [], "not sent again");
    deepEqual([...(await store.claims.renew([held], LONG_LEASE_MS))], []);
    await store.claims.release([{ ...held, delayMs: 0 }]);
    await store.claims.skip([{ ...held, reason: "erased" }]);
    await store.claims.leaveUnknown([{ ...held, reason: "x" }]);
    deepEqual(await logOf(store, "k1:c1"), settled);
  }),
  storeCase("a row settled while it was held is not swept and never claimed again", async (store) => {
    await planned(store, "k1", ["c1"]);
    const held = await claimOne(store, "k1", 400);
    await store.claims.beginCalls([{ ...held, to: "x" }], 1);
    await store.communications.record([fact("k1:c1", "sent")]);
    await pause(500);
    equal(await store.claims.sweep({ vendorHonoursKeys: false, limit: 10 }), 0);
    equal((await logOf(store, "k1:c1")).status, "sent");
    deepEqual(await claimAll(store, "k1"), []);
  }),
  storeCase("a fact settles an unknown row, and proof of delivery a skipped one", async (store) => {
    await planned(store, "k1", ["c1", "c2"]);
    const [first, second] = await claimAll(store, "k1");
    await store.claims.leaveUnknown(first ? [{ id: first.id, epoch: first.epoch, reason: "timeout" }] : []);
    await store.claims.skip(second ? [{ id: second.id, epoch: second.epoch, reason: "no_address" }] : []);
    await store.communications.record([fact("k1:c1", "sent"), fact("k1:c2", "delivered")]);
    const rows = [await logOf(store, "k1:c1"), await logOf(store, "k1:c2")];
    deepEqual(
      rows.map(({ status, reason }) => [status, reason]),
      [
        ["sent", undefined],
        ["delivered", undefined],
      ],
    );
  }),
  storeCase("an unsubscription is kept and leaves the row to be sent", async (store) => {
    await planned(store, "k1", ["c1", "c2"]);
    const [held] = await store.claims.claim({ campaignId: "k1", limit: 1, leaseMs: LONG_LEASE_MS });
    await store.communications.record([fact("k1:c1", "unsubscribed"), fact("k1:c2", "unsubscribed")]);
    for (const id of ["k1:c1", "k1:c2"]) deepEqual((await logOf(store, id)).evidence, { unsubscribed: START + MINUTE_MS });
    deepEqual([...(await store.claims.renew(held ? [{ id: held.id, epoch: held.epoch }] : [], LONG_LEASE_MS))], [held?.id]);
    equal((await claimAll(store, "k1")).length, 1);
  }),
  storeCase("a fact of another generation tells of engagement only", async (store) => {
    await planned(store, "k1", ["c1"]);
    await store.communications.record([fact("k1:c1", "bounced", { generation: 2 }), fact("k1:c1", "opened", { generation: 2 })]);
    const { status, evidence } = await logOf(store, "k1:c1");
    deepEqual([status, evidence], ["pending", { opened: START + MINUTE_MS }]);
  }),
  storeCase("the answer names where each known row went, and leaves out the unknown", async (store) => {
    await planned(store, "k1", ["c1"]);
    await store.communications.plan(planOf("k2", { channel: "sms" }));
    const [held] = await store.claims.claim({ campaignId: "k1", limit: 1, leaseMs: LONG_LEASE_MS });
    if (held) await store.claims.beginCalls([{ ...held, to: "x", addressHash: "1:x" }], CALL_MS);
    const known = await store.communications.record([
      fact("k1:c1", "sent"),
      fact("k2:c1", "sent"),
      fact("k1:c1", "sent"),
      fact("k1:nobody", "sent"),
      fact("nothing:c1", "delivered"),
    ]);
    deepEqual([...known].sort(), [
      ["k1:c1", { channel: "email", generation: 1, addressHash: "1:x" }],
      ["k2:c1", { channel: "sms", generation: 1 }],
    ]);
    equal(await store.communications.get("k1:nobody"), undefined, "no row is made");
    deepEqual([...(await store.communications.record([]))], []);
  }),
];

function factsOf(id: string): readonly DeliveryFact[] {
  return [
    fact(id, "sent", { at: START + 50, vendorMessageId: "v2" }),
    fact(id, "sent", { at: START + 10, vendorMessageId: "v1" }),
    fact(id, "failed", { at: START + 20, reason: "network" }),
    fact(id, "delivered", { at: START + 30 }),
    fact(id, "bounced", { at: START + 40, reason: "mailbox full" }),
    // In the order of code points, not of UTF-16 units.
    fact(id, "bounced", { at: START + 35, reason: "！" }),
    fact(id, "bounced", { at: START + 35, reason: "😀" }),
    fact(id, "opened", { at: START + 60 }),
    fact(id, "opened", { at: START + 55 }),
    fact(id, "clicked", { at: START + 70 }),
    fact(id, "unsubscribed", { at: START + 80, generation: 2 }),
    fact(id, "failed", { at: START + 1, generation: 2, reason: "of another generation" }),
  ];
}

function deliveryPart({
  status,
  evidence,
  reason,
  vendorMessageId,
  attempts,
  generation,
}: StoredCommunication): Readonly<Record<string, unknown>> {
  return { status, evidence, reason, vendorMessageId, attempts, generation };
}
