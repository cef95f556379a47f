import { deepEqual } from "node:assert/strict";
import { AWKWARD_RULE, campaign, START } from "./given.js";
import { type CasesOf, storeCase } from "./store-harness.js";
import { versionedCases } from "./versioned.js";

const CAMPAIGN = campaign("k1", {
  throttlePerSecond: 0.5,
  status: "paused",
  reason: "vendor_down",
  unsettled: true,
  schedule: { at: START, timeZone: "Europe/London", maxLatenessMinutes: 5 },
  reopenings: 2,
  reopening: { status: "unknown", ids: ["k1:c $1", "k1:c2"] },
  plan: {
    rule: { all: [{ segment: "$s.2" }, { orders: { where: { field: "sku", op: "eq", value: "$x" }, count: { gte: 3 } } }] },
    segmentVersion: 3,
    segments: { "$s.2": { rule: AWKWARD_RULE, timeZone: "Europe/London", version: 7 } },
    now: START,
    timeZone: "UTC",
    epoch: 2,
    plannedTo: "c é😀",
    frozen: false,
  },
  history: [{ at: START, from: "draft", to: "planning", by: "user", why: "launched" }],
});

export const campaignCases: CasesOf<"campaigns"> = {
  ...versionedCases({
    of: ({ campaigns }) => campaigns,
    whole: CAMPAIGN,
    bare: campaign,
    listed: "newest first",
  }),
  findIds: [
    storeCase("ids are found by state as it is now, oldest first", async (store) => {
      for (const [id, status] of [
        ["k3", "planning"],
        ["k1", "running"],
        ["k2", "planning"],
        ["k4", "draft"],
        ["k5", "paused"],
      ] as const) {
        await store.campaigns.insert(campaign(id, { status }));
      }
      deepEqual(await store.campaigns.findIds(["planning"]), ["k2", "k3"]);
      deepEqual(await store.campaigns.findIds(["planning", "running"]), ["k1", "k2", "k3"]);
      deepEqual(await store.campaigns.findIds(["completed"]), []);
      await store.campaigns.replace(campaign("k2", { status: "running", version: 2 }), 1);
      deepEqual(
        [await store.campaigns.findIds(["planning"]), await store.campaigns.findIds(["running"])],
        [["k3"], ["k1", "k2"]],
      );
    }),
  ],
  findScheduled: [
    storeCase("the scheduled whose time has come are found, the earliest first, until they have moved", async (store) => {
      const schedule = (at: number) => ({ at, timeZone: "UTC", maxLatenessMinutes: 60 });
      for (const [id, status, at] of [
        ["k1", "scheduled", START + 20],
        ["k2", "scheduled", START + 31],
        ["k3", "scheduled", START + 10],
        ["k4", "draft", START],
        ["k5", "scheduled", START + 30],
      ] as const) {
        await store.campaigns.insert(campaign(id, { status, schedule: schedule(at) }));
      }
      await store.campaigns.insert(campaign("k6"));
      deepEqual(await store.campaigns.findScheduled(START + 9), []);
      deepEqual(await store.campaigns.findScheduled(START + 30), ["k3", "k1", "k5"]);
      await store.campaigns.replace(campaign("k1", { status: "planning", version: 2 }), 1);
      await store.campaigns.replace(campaign("k5", { status: "scheduled", schedule: schedule(START + 5), version: 2 }), 1);
      deepEqual(await store.campaigns.findScheduled(START + 30), ["k5", "k3"]);
    }),
  ],
  findUnsettled: [
    storeCase("the unsettled are found, oldest first, until they are settled", async (store) => {
      await store.campaigns.insert(campaign("k2", { status: "cancelled", unsettled: true }));
      await store.campaigns.insert(campaign("k3", { status: "cancelled" }));
      await store.campaigns.insert(campaign("k1", { status: "cancelled", unsettled: true }));
      deepEqual(await store.campaigns.findUnsettled(), ["k1", "k2"]);
      await store.campaigns.replace(campaign("k1", { status: "cancelled", version: 2 }), 1);
      deepEqual(await store.campaigns.findUnsettled(), ["k2"]);
    }),
  ],
};
