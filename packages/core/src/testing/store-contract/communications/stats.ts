import { deepEqual, equal } from "node:assert/strict";
import { DELIVERY_STATUSES } from "../../../model/communication-log.js";
import { SEEN_STEP_MS } from "../../../model/figures/deliveries.js";
import { RECEIPT_STATUSES } from "../../../model/receipt.js";
import type { Store } from "../../../ports/index.js";
import { seededRandom } from "../../seeded-random.js";
import { campaign, claimAll, claimOne, fact, ids, logOf, MINUTE_MS, order, planned, refOf, START } from "../given.js";
import { type CasesOf, storeCase } from "../store-harness.js";

export const statsCases: CasesOf<"communications">["stats"] = [
  storeCase("stats add up to the rows", async (store) => {
    await planned(store, "k1", ids("c", 9));
    await planned(store, "k2", ["c000"]);
    await store.communications.record([
      fact("k1:c000", "sent"),
      fact("k1:c001", "sent", { at: START + 2 * MINUTE_MS }),
      fact("k1:c001", "delivered", { at: START + 2 * MINUTE_MS + 59_999 }),
      fact("k1:c001", "opened", { at: START + 9 * MINUTE_MS }),
      fact("k1:c001", "clicked", { at: START + 9 * MINUTE_MS }),
      fact("k1:c002", "complained"),
      fact("k1:c003", "failed", { reason: "no such user" }),
      fact("k1:c004", "failed", { reason: "no such user" }),
      fact("k1:c005", "bounced", { reason: "mailbox full" }),
      fact("k1:c006", "unsubscribed"),
    ]);
    await store.communications.skipRows({ campaignId: "k1", status: "pending", reason: "campaign_cancelled", limit: 1 });
    const claimed = await store.claims.claim({ campaignId: "k1", limit: 1, leaseMs: 600_000 });
    await store.claims.skip(claimed.map(({ id, epoch }) => ({ id, epoch, reason: "no_address" })));
    await claimOne(store, "k1");
    const stats = await store.communications.stats("k1");
    equal(
      DELIVERY_STATUSES.reduce((sum, status) => sum + stats[status], 0),
      stats.total,
    );
    deepEqual(stats, {
      total: 9,
      pending: 0,
      claimed: 1,
      sent: 1,
      delivered: 2,
      failed: 2,
      bounced: 1,
      skipped: 2,
      unknown: 0,
      opened: 1,
      clicked: 1,
      complained: 1,
      unsubscribed: 1,
      skippedBy: { campaign_cancelled: 1, no_address: 1 },
      failedBy: { "no such user": 2 },
      waiting: { count: 0, reasons: {} },
      timeline: [
        { at: START + MINUTE_MS, sent: 1, delivered: 1, failed: 2 },
        { at: START + 2 * MINUTE_MS, sent: 1, delivered: 1, failed: 0 },
      ],
    });
  }),
  storeCase("what waits is counted by reason, with when the first is due; what nobody put off does not wait", async (store) => {
    await planned(store, "k1", ids("c", 6));
    const held = await claimAll(store, "k1");
    const reasons = ["greylisted", "mailbox full", "greylisted"];
    await store.claims.release(
      held.slice(0, 5).map((row, index) => {
        const reason = reasons[index];
        const delayMs = [3, 2, 4][index] ?? 0;
        return { ...refOf(row), delayMs: delayMs * MINUTE_MS, ...(reason === undefined ? {} : { reason }) };
      }),
    );
    const { waiting, pending, claimed } = await store.communications.stats("k1");
    deepEqual([pending, claimed], [5, 1]);
    const first = await logOf(store, held[1]?.id ?? "");
    deepEqual(waiting, { count: 3, nextAt: first.dueAt, reasons: { greylisted: 2, "mailbox full": 1 } });
  }),
  storeCase("a campaign with no rows has stats of nothing and nothing open", async (store) => {
    await store.campaigns.insert(campaign("k1"));
    await store.orders.apply([order("o1", "c1")]);
    const stats = await store.communications.stats("k1");
    deepEqual([stats.total, stats.pending, stats.opened, stats.skippedBy, stats.failedBy, stats.timeline], [0, 0, 0, {}, {}, []]);
    deepEqual(await store.communications.remaining("k1"), { pending: false, claimed: false });
    deepEqual(await claimAll(store, "k1"), []);
  }),
];

export const seenCases: CasesOf<"communications">["seen"] = [
  storeCase("what was seen is counted in the quarter-hour in which it first was, each kind for itself", async (store) => {
    const random = seededRandom(11);
    const rows = await planned(store, "k1", ids("c", 30));
    await planned(store, "k2", ids("c", 3));
    const facts = rows.flatMap((id) =>
      random.some(RECEIPT_STATUSES, 4).map((status) => fact(id, status, { at: START + random.int(40) * 5 * MINUTE_MS - 1 })),
    );
    await store.communications.record([...facts, fact("k2:c001", "sent", { at: START })]);
    const expected = new Map<string, number>();
    for (const id of rows) {
      const { evidence } = await logOf(store, id);
      for (const status of RECEIPT_STATUSES) {
        const at = evidence[status];
        if (at === undefined) continue;
        const step = `${Math.floor((at - START) / SEEN_STEP_MS)} ${status}`;
        expected.set(step, (expected.get(step) ?? 0) + 1);
      }
    }
    deepEqual(sorted(await seenSteps(store, "k1")), sorted(expected));
    deepEqual([...(await seenSteps(store, "k2"))], [["0 sent", 1]]);
    deepEqual(await store.communications.seen("k3"), []);
  }),
  storeCase("counts of a campaign that are called off reject with the reason given", async (store) => {
    await planned(store, "k1", ["c1"]);
    const reason = new Error("nobody waits any more");
    const options = { signal: AbortSignal.abort(reason) };
    for (const count of [store.communications.stats, store.communications.seen]) {
      equal(
        await count("k1", options).then(
          () => "answered",
          (error: unknown) => error,
        ),
        reason,
      );
    }
  }),
];

/** How many rows by `STEP STATUS`, the first step from `START` being 0. */
async function seenSteps(store: Store, campaignId: string): Promise<ReadonlyMap<string, number>> {
  const steps = new Map<string, number>();
  for (const { at, status, rows } of await store.communications.seen(campaignId)) {
    const step = `${(at - START) / SEEN_STEP_MS} ${status}`;
    steps.set(step, (steps.get(step) ?? 0) + rows);
  }
  return steps;
}

function sorted(steps: ReadonlyMap<string, number>): readonly string[] {
  return [...steps].map(([step, rows]) => `${step}: ${rows}`).sort();
}
