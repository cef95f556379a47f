import { deepEqual, equal, ok } from "node:assert/strict";
import { readAll } from "../../expect.js";
import { addCustomers, claimAll, fact, ids, LONG_LEASE_MS, logOf, planned, planOf, refOf } from "../given.js";
import { type CasesOf, storeCase, twoStoreCase } from "../store-harness.js";
import { foundRowsCases, reasonCases } from "./found-rows.js";
import { planCases } from "./plan.js";
import { recordCases } from "./record.js";
import { reopenCases, skipRowsCases } from "./reopen.js";
import { seenCases, statsCases } from "./stats.js";

export const communicationCases: CasesOf<"communications"> = {
  plan: planCases,
  get: [
    storeCase("a row is there under its own id, and under no other", async (store) => {
      await addCustomers(store, ["c1", "c1:x"]);
      await store.communications.plan(planOf("k1", { channel: "sms" }));
      for (const customerId of ["c1", "c1:x"]) {
        const { id, campaignId, customerId: found, channel } = await logOf(store, `k1:${customerId}`);
        deepEqual([id, campaignId, found, channel], [`k1:${customerId}`, "k1", customerId, "sms"]);
      }
      for (const id of ["k1:nobody", "k2:c1", "k1:c1:", "k1:", "k1", ":", ""])
        equal(await store.communications.get(id), undefined, id);
    }),
  ],
  list: [
    storeCase("the log lists by campaign, customer and status, in order of id", async (store) => {
      await planned(store, "k1", ids("c", 7));
      await planned(store, "k2", ids("c", 7));
      await store.communications.record([fact("k1:c003", "failed"), fact("k2:c003", "failed"), fact("k1:c005", "failed")]);
      const list = async (filter: Parameters<typeof store.communications.list>[0]) =>
        (await readAll(3, (page) => store.communications.list(filter, page))).map((row) => row.id);
      deepEqual(await list({ campaignId: "k1" }), ids("k1:c", 7));
      deepEqual(await list({ customerId: "c003" }), ["k1:c003", "k2:c003"]);
      deepEqual(await list({ status: "failed" }), ["k1:c003", "k1:c005", "k2:c003"]);
      deepEqual(await list({ campaignId: "k1", status: "failed" }), ["k1:c003", "k1:c005"]);
      deepEqual(await list({ campaignId: "k1", customerId: "c003", status: "pending" }), []);
      deepEqual(await list({ campaignId: "k3" }), []);
      equal((await list({})).length, 14);
      deepEqual((await store.communications.list({ customerId: "c003" }, { limit: 1 })).items, [await logOf(store, "k1:c003")]);
    }),
    ...reasonCases,
  ],
  search: foundRowsCases,
  stats: statsCases,
  seen: seenCases,
  record: recordCases,
  skipRows: skipRowsCases,
  reopen: reopenCases,
  remaining: [
    storeCase("what remains tells pending from claimed, and when the earliest is due", async (store) => {
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
    twoStoreCase("a row that is claimed and released over and over is open all the time", async ([first, second]) => {
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
  ],
};
