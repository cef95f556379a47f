import { deepEqual } from "node:assert/strict";
import type { CampaignFilter } from "../../ports/campaigns.js";
import type { Page } from "../../ports/page.js";
import { foldText } from "../../query/condition/condition.js";
import { readAll } from "../expect.js";
import { AWKWARD_RULE, campaign, ids, START } from "./given.js";
import { type CasesOf, storeCase } from "./store-harness.js";
import { versionedCases } from "./versioned.js";

const CAMPAIGN = campaign("k1", {
  segmentIds: ["s1", "$s.2"],
  excludeSegmentIds: ["s é"],
  throttlePerSecond: 0.5,
  status: "paused",
  reason: "vendor_down",
  unsettled: true,
  archived: true,
  schedule: { at: START, timeZone: "Europe/London", maxLatenessMinutes: 5 },
  reopenings: 2,
  reopening: { status: "unknown", ids: ["k1:c $1", "k1:c2"], onlyReason: "$why" },
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
  find: [
    storeCase("those are found that the whole filter holds for, as they are now, newest first", async (store) => {
      for (const [id, status, archived] of [
        ["k1", "draft", false],
        ["k2", "completed", true],
        ["k3", "completed", false],
        ["k4", "draft", true],
        ["k5", "draft", false],
      ] as const) {
        await store.campaigns.insert(campaign(id, { status, ...(archived ? { archived } : {}) }));
      }
      const found = async (filter: CampaignFilter) => (await store.campaigns.find(filter, PAGE)).items.map(({ id }) => id);
      deepEqual(await found({ archived: false }), ["k5", "k3", "k1"]);
      deepEqual(await found({ archived: true }), ["k4", "k2"]);
      deepEqual(await found({ archived: false, status: "draft" }), ["k5", "k1"]);
      deepEqual(await found({ archived: true, status: "completed" }), ["k2"]);
      deepEqual(await found({ archived: false, status: "running" }), []);
      deepEqual(await found({ archived: false, status: "draft", search: "campaign k5" }), ["k5"]);
      await store.campaigns.replace(campaign("k2", { status: "running", version: 2 }), 1);
      await store.campaigns.replace(campaign("k5", { archived: true, version: 2 }), 1);
      deepEqual(
        [await found({ archived: false }), await found({ archived: true })],
        [
          ["k3", "k2", "k1"],
          ["k5", "k4"],
        ],
      );
      deepEqual((await store.campaigns.find({ archived: true }, PAGE)).items[0], campaign("k5", { archived: true, version: 2 }));
    }),
    storeCase("a name is searched for as text, folded, and as it is now", async (store) => {
      const names = ["ÄRGER 100%", "a.c", "abc", "50_off", "I\u0307stanbul", "Cafe\u0301 {{x}} $gt", "line\nbreak"];
      for (const [index, name] of names.entries()) await store.campaigns.insert(campaign(`k${index}`, { name }));
      const found = async (text: string) =>
        (await store.campaigns.find({ archived: false, search: foldText(text) }, PAGE)).items.map(({ id }) => id);
      deepEqual(await found("ärger"), ["k0"]);
      deepEqual(await found("100%"), ["k0"]);
      deepEqual(await found("%"), ["k0"]);
      deepEqual(await found("A.C"), ["k1"]);
      deepEqual(await found("_"), ["k3"]);
      deepEqual(await found("İstan"), ["k4"]);
      deepEqual(await found("CAFÉ {{X}} $GT"), ["k5"]);
      deepEqual(await found("e\nB"), ["k6"]);
      deepEqual(await found("b"), ["k6", "k4", "k2"]);
      await store.campaigns.replace(campaign("k2", { name: "xyz", version: 2 }), 1);
      deepEqual([await found("abc"), await found("XY")], [[], ["k2"]]);
    }),
    storeCase("what is found comes page by page, each once, while campaigns are added", async (store) => {
      for (const id of ids("m", 12))
        await store.campaigns.insert(campaign(id, { name: id.endsWith("5") ? "Other" : `Sale ${id}` }));
      const seen = await readAll(
        3,
        (page) => store.campaigns.find({ archived: false, search: "sale" }, page),
        async (pages) => {
          for (const prefix of ["a", "z"]) await store.campaigns.insert(campaign(`${prefix}${pages}`, { name: "SALE" }));
        },
      );
      const seenIds = seen.map(({ id }) => id);
      deepEqual(
        seenIds.slice(0, 11),
        [...ids("m", 12)].reverse().filter((id) => !id.endsWith("5")),
      );
      deepEqual(new Set(seenIds).size, seenIds.length, "none twice");
    }),
  ],
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
