import { deepEqual, equal, ok } from "node:assert/strict";
import { messageId } from "../../../model/communication-log.js";
import type { Store } from "../../../ports/index.js";
import { race } from "../../expect.js";
import { claimAll, claimOne, fact, ids, LONG_LEASE_MS, logOf, MINUTE_MS, planned, planOf, START } from "../given.js";
import { type CasesOf, storeCase, twoStoreCase } from "../store-harness.js";

const UNKNOWN = { campaignId: "k1", status: "unknown" } as const;
const FAILED = { campaignId: "k1", status: "failed" } as const;

export const skipRowsCases: CasesOf<"communications">["skipRows"] = [
  storeCase("cancelling skips pending rows, as many as asked, and none that is held or settled", async (store) => {
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
  storeCase("rows are chosen by campaign, state and id, and no more than asked for", async (store) => {
    const rows = await unknownRows(store, 5);
    await planned(store, "k2", ["c000"]);
    const skip = (limit: number, chosen?: readonly string[]) =>
      store.communications.skipRows({ ...UNKNOWN, limit, ...(chosen ? { ids: chosen } : {}), reason: "by_operator" });
    equal(await skip(9, [rows[1] ?? "", rows[3] ?? "", "k2:c000", "k1:nobody"]), 2);
    equal(await skip(9, []), 0);
    equal(await skip(2), 2);
    equal(await store.communications.skipRows({ ...UNKNOWN, status: "pending", limit: 9, reason: "by_operator" }), 0);
    const { unknown, skipped, skippedBy } = await store.communications.stats("k1");
    deepEqual({ unknown, skipped, skippedBy }, { unknown: 1, skipped: 4, skippedBy: { by_operator: 4 } });
    equal((await logOf(store, "k2:c000")).status, "pending");
    equal(await skip(9), 1);
  }),
];

export const reopenCases: CasesOf<"communications">["reopen"] = [
  storeCase("a failed row becomes pending in its next generation, due at once, as if nothing was sent", async (store) => {
    await planned(store, "k1", ["c1", "c2"]);
    const held = await claimAll(store, "k1");
    await store.claims.beginCalls(
      held.map(({ id, epoch }) => ({ id, epoch, to: "a@example.com" })),
      1,
    );
    await store.communications.record([
      fact("k1:c1", "failed", { reason: "mailbox full", vendorMessageId: "v1" }),
      fact("k1:c1", "unsubscribed", { generation: 9 }),
      fact("k1:c2", "sent"),
    ]);
    const before = await logOf(store, "k1:c1");
    equal(await store.communications.reopen({ ...FAILED, reopening: 1, limit: 9 }), 1);
    const { dueAt, updatedAt, ...row } = await logOf(store, "k1:c1");
    const { dueAt: _, updatedAt: __, reason: ___, vendorMessageId: ____, firstCallAt, handedOverAt, ...kept } = before;
    ok(firstCallAt !== undefined && handedOverAt !== undefined);
    const evidence = { unsubscribed: START + MINUTE_MS };
    deepEqual(row, { ...kept, status: "pending", generation: 2, reopening: 1, attempts: 0, evidence });
    equal(dueAt, before.dueAt, "due at once, whatever the clock did");
    equal(typeof updatedAt, "number");
    equal(messageId(row), "k1:c1~2");
    equal((await claimOne(store, "k1")).id, "k1:c1");
    equal((await logOf(store, "k1:c2")).generation, 1);
  }),
  storeCase("within a reopening no row is reopened twice, and the next reopening reopens it again", async (store) => {
    await planned(store, "k1", ["c1"]);
    const fail = (generation: number) => store.communications.record([fact("k1:c1", "failed", { generation })]);
    await fail(1);
    equal(await store.communications.reopen({ ...FAILED, reopening: 1, limit: 9 }), 1);
    equal(await store.communications.reopen({ ...FAILED, reopening: 1, limit: 9 }), 0);
    await fail(2);
    equal(await store.communications.reopen({ ...FAILED, reopening: 1, limit: 9 }), 0, "it failed in this reopening");
    equal((await logOf(store, "k1:c1")).status, "failed");
    equal(await store.communications.reopen({ ...FAILED, reopening: 2, limit: 9 }), 1);
    const { generation, reopening } = await logOf(store, "k1:c1");
    deepEqual([generation, reopening], [3, 2]);
  }),
  storeCase("rows are chosen by campaign, state and id, and no more than asked for", async (store) => {
    const rows = await unknownRows(store, 6);
    await planned(store, "k2", ["c000"]);
    await store.communications.record([fact("k2:c000", "failed")]);
    equal(await store.communications.reopen({ ...FAILED, reopening: 1, limit: 9 }), 0);
    equal(await store.communications.reopen({ ...UNKNOWN, ids: [rows[0] ?? "", "k2:c000"], reopening: 1, limit: 9 }), 1);
    equal(await store.communications.reopen({ ...UNKNOWN, ids: [], reopening: 1, limit: 9 }), 0);
    equal(await store.communications.reopen({ ...UNKNOWN, reopening: 1, limit: 2 }), 2);
    equal(await store.communications.reopen({ ...UNKNOWN, reopening: 1, limit: 9 }), 3);
    equal((await store.communications.stats("k1")).pending, 6);
    deepEqual([(await logOf(store, rows[0] ?? "")).generation, (await logOf(store, "k2:c000")).status], [2, "failed"]);
  }),
  storeCase("rows are chosen by the reason that they are counted under, and by no part of it", async (store) => {
    await planned(store, "k1", ids("c", 6));
    const reasons = ["full", "full", "Full", "mailbox full", undefined, "$full"];
    await store.communications.record(
      reasons.map((reason, index) => fact(`k1:c00${index}`, "failed", reason === undefined ? {} : { reason })),
    );
    const { failedBy } = await store.communications.stats("k1");
    const [bare = ""] = Object.keys(failedBy).filter((reason) => !/full/i.test(reason));
    const reopen = (onlyReason: string, reopening: number) =>
      store.communications.reopen({ ...FAILED, onlyReason, reopening, limit: 1 });
    equal(await reopen("none", 1), 0);
    deepEqual([await reopen("full", 1), await reopen("full", 1), await reopen("full", 1)], [1, 1, 0]);
    deepEqual([await reopen(bare, 2), await reopen(bare, 2)], [1, 0]);
    deepEqual([await reopen("$full", 3), await reopen("$full", 3)], [1, 0]);
    const { items } = await store.communications.list({ campaignId: "k1", status: "failed" }, { limit: 9 });
    deepEqual(
      items.map(({ id }) => id),
      ["k1:c002", "k1:c003"],
    );
  }),
  storeCase("late receipts of the generation before decide nothing", async (store) => {
    await planned(store, "k1", ["c1"]);
    await store.communications.record([fact("k1:c1", "failed")]);
    await store.communications.reopen({ ...FAILED, reopening: 1, limit: 9 });
    await store.communications.record([fact("k1:c1", "bounced"), fact("k1:c1", "opened", { at: START })]);
    const { status, evidence } = await logOf(store, "k1:c1");
    deepEqual([status, evidence], ["pending", { opened: START }]);
    const held = await claimOne(store, "k1");
    await store.communications.record([fact("k1:c1", "sent", { generation: 2 })]);
    equal((await logOf(store, "k1:c1")).status, "sent");
    deepEqual([...(await store.claims.renew([held], 1_000))], []);
  }),
  twoStoreCase("two handles racing reopen each row once", async (stores) => {
    await unknownRows(stores[0], 30);
    const counts: number[] = [];
    await race(4, async (index) => {
      for (let turn = 0; turn < 20; turn++)
        counts.push(await stores[index % 2 === 0 ? 0 : 1].communications.reopen({ ...UNKNOWN, reopening: 1, limit: 4 }));
    });
    const rows = (await stores[0].communications.list({ campaignId: "k1" }, { limit: 100 })).items;
    deepEqual(
      [...new Set(rows.map(({ status, generation, reopening }) => `${status} ${generation} ${reopening}`))],
      ["pending 2 1"],
    );
    equal(
      counts.reduce((sum, count) => sum + count, 0),
      30,
    );
  }),
];

/** Rows of k1 of which nobody knows what became of them. */
async function unknownRows(store: Store, count: number): Promise<readonly string[]> {
  const rows = await planned(store, "k1", ids("c", count));
  const held = await claimAll(store, "k1");
  await store.claims.leaveUnknown(held.map(({ id, epoch }) => ({ id, epoch, reason: "lease_ended" })));
  return rows;
}
