import { deepEqual, equal } from "node:assert/strict";
import { logId } from "../../../model/communication-log.js";
import { readAll } from "../../expect.js";
import { addCustomers, campaign, claimAll, fact, ids, logOf, MINUTE_MS, planned, planOf, START } from "../given.js";
import { type CasesOf, storeCase, twoStoreCase } from "../store-harness.js";

export const planCases: CasesOf<"communications">["plan"] = [
  storeCase("the plan writes a pending row for everyone in the audience", async (store) => {
    await addCustomers(store, ["a:b c", "c2"]);
    equal(await store.communications.plan(planOf("k1", { channel: "sms" })), 2);
    const { dueAt, updatedAt, ...row } = await logOf(store, logId("k1", "a:b c"));
    deepEqual(row, {
      id: "k1:a:b c",
      campaignId: "k1",
      customerId: "a:b c",
      channel: "sms",
      status: "pending",
      generation: 1,
      reopening: 0,
      attempts: 0,
      evidence: {},
      plannedAt: START,
    });
    deepEqual([typeof dueAt, typeof updatedAt], ["number", "number"]);
    equal(await store.communications.get("k1:nobody"), undefined);
  }),
  storeCase("a plan run again adds only missing rows and touches none", async (store) => {
    const rows = await planned(store, "k1", ["c1", "c2", "c3"]);
    await store.communications.record([fact("k1:c1", "delivered")]);
    await store.claims.claim({ campaignId: "k1", limit: 1, leaseMs: 600_000 });
    const before = await Promise.all(rows.map((id) => logOf(store, id)));
    await addCustomers(store, ["c4"]);
    equal(await store.communications.plan(planOf("k1", { plannedAt: START + 1 })), 1, "one is new");
    equal(await store.communications.plan(planOf("k1", { plannedAt: START + 2 })), 0, "none is new");
    deepEqual(await Promise.all(rows.map((id) => logOf(store, id))), before);
    equal((await logOf(store, "k1:c4")).plannedAt, START + 1);
  }),
  storeCase("ranges share everyone out, each to exactly one", async (store) => {
    const customerIds = ids("c", 25);
    await addCustomers(store, customerIds);
    let after: string | undefined;
    const sizes: number[] = [];
    do {
      const upTo = await store.customers.idAfter(after, 7);
      sizes.push(
        await store.communications.plan(
          planOf("k1", { ...(after === undefined ? {} : { after }), ...(upTo === undefined ? {} : { upTo }) }),
        ),
      );
      after = upTo;
    } while (after !== undefined && sizes.length < 10);
    deepEqual(sizes, [7, 7, 7, 4]);
    const rows = await readAll(10, (page) => store.communications.list({ campaignId: "k1" }, page));
    deepEqual(
      rows.map((row) => row.customerId),
      customerIds,
    );
  }),
  storeCase("rows are due at once, though the planner's clock is ahead", async (store) => {
    await addCustomers(store, ["c1"]);
    await store.communications.plan(planOf("k1", { plannedAt: START + 100 * 365 * 24 * 60 * MINUTE_MS }));
    equal((await claimAll(store, "k1")).length, 1);
  }),
  storeCase("a range leaves out its beginning and takes in its end", async (store) => {
    await addCustomers(store, ids("c", 6));
    equal(await store.communications.plan(planOf("k1", { after: "c001", upTo: "c003" })), 2);
    const rows = await readAll(10, (page) => store.communications.list({ campaignId: "k1" }, page));
    deepEqual(
      rows.map((row) => row.customerId),
      ["c002", "c003"],
    );
  }),
  twoStoreCase("two planners at once write each row once", async (stores) => {
    await addCustomers(stores[0], ids("c", 30));
    await Promise.all([...stores, ...stores].map((store) => store.communications.plan(planOf("k1"))));
    const rows = await readAll(100, (page) => stores[0].communications.list({ campaignId: "k1" }, page));
    deepEqual(
      rows.map((row) => row.customerId),
      ids("c", 30),
    );
    equal((await claimAll(stores[1], "k1")).length, 30);
  }),
  storeCase("a planner whose lease has passed on adds nothing", async (store) => {
    await addCustomers(store, ["c1", "c2"]);
    const plan = { rule: { all: [] }, segmentVersion: 1, now: START, timeZone: "UTC", epoch: 2, frozen: false };
    await store.campaigns.insert(campaign("k1", { status: "planning", plan }));
    equal(await store.communications.plan(planOf("k1", { epoch: 1 })), 0, "another has the lease");
    equal(await store.communications.plan(planOf("k1", { epoch: 2, upTo: "c1" })), 1);
    equal(await store.campaigns.replace(campaign("k1", { status: "running", plan, version: 2 }), 1), true);
    equal(await store.communications.plan(planOf("k1", { epoch: 2 })), 0, "the audience is frozen");
    equal((await store.communications.stats("k1")).total, 1);
  }),
  storeCase("campaigns to the same people are independent", async (store) => {
    await planned(store, "k1", ["c1", "c2"]);
    await planned(store, "k10", ["c1", "c2"]);
    equal((await claimAll(store, "k1")).length, 2);
    equal((await store.communications.stats("k10")).pending, 2);
    deepEqual(await store.communications.remaining("k10").then(({ pending, claimed }) => ({ pending, claimed })), {
      pending: true,
      claimed: false,
    });
  }),
];
