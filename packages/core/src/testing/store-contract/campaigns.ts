import { deepEqual } from "node:assert/strict";
import type { Page } from "../../ports/page.js";
import { readAll } from "../expect.js";
import { AWKWARD_RULE, campaign, START } from "./given.js";
import { type CasesOf, storeCase } from "./store-harness.js";
import { versionedCases } from "./versioned.js";

const CAMPAIGN = campaign("k1", {
  segmentIds: ["s1", "$s.2"],
  excludeSegmentIds: ["s é"],
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
      deepEqual(await idsOf(store.campaigns.findIds(["planning"], PAGE)), ["k2", "k3"]);
      deepEqual(await idsOf(store.campaigns.findIds(["planning", "running"], PAGE)), ["k1", "k2", "k3"]);
      deepEqual(await idsOf(store.campaigns.findIds(["completed"], PAGE)), []);
      await store.campaigns.replace(campaign("k2", { status: "running", version: 2 }), 1);
      deepEqual(
        [await idsOf(store.campaigns.findIds(["planning"], PAGE)), await idsOf(store.campaigns.findIds(["running"], PAGE))],
        [["k3"], ["k1", "k2"]],
      );
    }),
    storeCase("ids are found page by page, each once, however many there are", async (store) => {
      const ids = Array.from({ length: 1_001 }, (_, index) => `k${String(index).padStart(4, "0")}`);
      const schedule = (index: number) => ({ at: START + (index % 7), timeZone: "UTC", maxLatenessMinutes: 60 });
      await Promise.all(
        ids.map((id, index) =>
          store.campaigns.insert(campaign(id, { status: "scheduled", schedule: schedule(index), unsettled: true })),
        ),
      );
      const byTime = ids
        .map((id, index) => ({ id, at: schedule(index).at }))
        .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
        .map(({ id }) => id);
      for (const limit of [100, 1_000]) {
        deepEqual(await readAll(limit, (page) => store.campaigns.findIds(["scheduled", "running"], page)), ids);
        deepEqual(await readAll(limit, (page) => store.campaigns.findUnsettled(page)), ids);
        deepEqual(await readAll(limit, (page) => store.campaigns.findScheduled(START + 7, page)), byTime);
      }
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
      deepEqual(await idsOf(store.campaigns.findScheduled(START + 9, PAGE)), []);
      deepEqual(await idsOf(store.campaigns.findScheduled(START + 30, PAGE)), ["k3", "k1", "k5"]);
      await store.campaigns.replace(campaign("k1", { status: "planning", version: 2 }), 1);
      await store.campaigns.replace(campaign("k5", { status: "scheduled", schedule: schedule(START + 5), version: 2 }), 1);
      deepEqual(await idsOf(store.campaigns.findScheduled(START + 30, PAGE)), ["k5", "k3"]);
    }),
  ],
  findUnsettled: [
    storeCase("the unsettled are found, oldest first, until they are settled", async (store) => {
      await store.campaigns.insert(campaign("k2", { status: "cancelled", unsettled: true }));
      await store.campaigns.insert(campaign("k3", { status: "cancelled" }));
      await store.campaigns.insert(campaign("k1", { status: "cancelled", unsettled: true }));
      deepEqual(await idsOf(store.campaigns.findUnsettled(PAGE)), ["k1", "k2"]);
      await store.campaigns.replace(campaign("k1", { status: "cancelled", version: 2 }), 1);
      deepEqual(await idsOf(store.campaigns.findUnsettled(PAGE)), ["k2"]);
    }),
  ],
};

const PAGE = { limit: 1_000 };

async function idsOf(page: Promise<Page<string>>): Promise<readonly string[]> {
  return (await page).items;
}
