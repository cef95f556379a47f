import { deepEqual, equal } from "node:assert/strict";
import type { StoredCampaign } from "../../model/campaign.js";
import type { StoredSegment } from "../../model/segment.js";
import type { Store } from "../../ports/index.js";
import type { Page } from "../../ports/page.js";
import { race, readAll, rejectsAs } from "../expect.js";
import { campaign, ids, START, segment } from "./given.js";
import { type StoreCase, storeCase, twoStoreCase } from "./store-harness.js";

const SEGMENT = segment("s1", {
  name: "Ünïcode $gt {{x}}",
  rule: {
    all: [
      { field: "attributes.a.b$", op: "in", value: ["$ne", "null", ""] },
      { not: { any: [{ field: "visitCount", op: "gte", value: 1.5 }, { segment: "a.$b" }] } },
      { orders: { where: { field: "sku", op: "in", value: ["$x"] }, within: { days: 90 }, last: { thisMonth: true } } },
      { sample: { percent: 0.01, seed: "$" } },
      { messages: { event: "opened", campaign: "k.1", count: { between: [0, 2] } } },
    ],
  },
  timeZone: "Europe/London",
});
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
    segments: { "$s.2": { rule: SEGMENT.rule, timeZone: "Europe/London", version: 7 } },
    now: START,
    timeZone: "UTC",
    epoch: 2,
    plannedTo: "c é😀",
    frozen: false,
  },
  history: [{ at: START, from: "draft", to: "planning", by: "user", why: "launched" }],
});

export const documentCases: readonly StoreCase[] = [
  storeCase("segments: a segment comes back as it went in, and an unknown one is not there", async (store) => {
    await store.segments.insert(SEGMENT);
    await store.segments.insert(segment("s2"));
    deepEqual(await store.segments.get("s1"), SEGMENT);
    deepEqual(await store.segments.get("s2"), segment("s2"));
    equal(await store.segments.get("s3"), undefined);
  }),
  storeCase("segments: an insert never overwrites", async (store) => {
    await store.segments.insert(SEGMENT);
    await rejectsAs("conflict", "inserting again", () => store.segments.insert(segment("s1")));
    deepEqual(await store.segments.get("s1"), SEGMENT);
  }),
  storeCase("segments: a write that expects another version changes nothing", async (store) => {
    await store.segments.insert(SEGMENT);
    equal(await store.segments.replace({ ...SEGMENT, name: "No", version: 3 }, 2), false);
    equal(await store.segments.replace(segment("s9"), 1), false, "there is nothing to replace");
    equal(await store.segments.get("s9"), undefined);
    deepEqual(await store.segments.get("s1"), SEGMENT);
    const next: StoredSegment = { ...segment("s1"), name: "Yes", version: 2 };
    equal(await store.segments.replace(next, 1), true);
    deepEqual(await store.segments.get("s1"), next, "the zone went with the old version");
    equal(await store.segments.replace(next, 1), false);
  }),
  twoStoreCase("segments: of 20 racing writes one wins", async (stores) => {
    await stores[0].segments.insert(SEGMENT);
    await assertOneWinner(
      (index) => either(stores, index).segments.replace({ ...SEGMENT, name: `${index}`, version: 2 }, 1),
      async () => (await stores[0].segments.get("s1"))?.name,
    );
  }),
  storeCase("segments: deleting tells whether there was one", async (store) => {
    await store.segments.insert(SEGMENT);
    await store.segments.insert(segment("s2"));
    equal(await store.segments.delete("s1"), true);
    equal(await store.segments.delete("s1"), false);
    equal(await store.segments.get("s1"), undefined);
    deepEqual(await store.segments.get("s2"), segment("s2"));
  }),
  storeCase("segments: lists are by id, and paging covers each once while segments are added", async (store) => {
    const before = ids("s", 12);
    for (const id of [...before].reverse()) await store.segments.insert(segment(id));
    const seen = await readAll(
      5,
      (page) => store.segments.list(page),
      async (pages) => {
        for (const prefix of ["a", "z"]) await store.segments.insert(segment(`${prefix}${pages}`));
      },
    );
    const seenIds = seen.map(({ id }) => id);
    deepEqual(seenIds.slice(0, 12), before);
    equal(new Set(seenIds).size, seenIds.length, "none twice");
    deepEqual(seen[0], segment("s000"));
  }),
  storeCase("campaigns: a campaign comes back as it went in, and an unknown one is not there", async (store) => {
    await store.campaigns.insert(CAMPAIGN);
    await store.campaigns.insert(campaign("k2"));
    deepEqual(await store.campaigns.get("k1"), CAMPAIGN);
    deepEqual(await store.campaigns.get("k2"), campaign("k2"));
    equal(await store.campaigns.get("k3"), undefined);
  }),
  storeCase("campaigns: an insert never overwrites", async (store) => {
    await store.campaigns.insert(CAMPAIGN);
    await rejectsAs("conflict", "inserting again", () => store.campaigns.insert(campaign("k1")));
    deepEqual(await store.campaigns.get("k1"), CAMPAIGN);
  }),
  storeCase("campaigns: a write that expects another version changes nothing", async (store) => {
    await store.campaigns.insert(CAMPAIGN);
    equal(await store.campaigns.replace(campaign("k1", { version: 3 }), 2), false);
    equal(await store.campaigns.replace(campaign("k9"), 1), false, "there is nothing to replace");
    equal(await store.campaigns.get("k9"), undefined);
    deepEqual(await store.campaigns.get("k1"), CAMPAIGN);
    const next: StoredCampaign = campaign("k1", { version: 2 });
    equal(await store.campaigns.replace(next, 1), true);
    deepEqual(await store.campaigns.get("k1"), next, "the reason and the plan went with the old version");
    equal(await store.campaigns.replace(next, 1), false);
  }),
  twoStoreCase("campaigns: of 20 racing moves one wins", async (stores) => {
    await stores[0].campaigns.insert(CAMPAIGN);
    await assertOneWinner(
      (index) => either(stores, index).campaigns.replace({ ...CAMPAIGN, name: `${index}`, version: 2 }, 1),
      async () => (await stores[1].campaigns.get("k1"))?.name,
    );
  }),
  twoStoreCase("campaigns: deleting is compare-and-set, for one of any number", async (stores) => {
    await stores[0].campaigns.insert(campaign("k1", { version: 4 }));
    await stores[0].campaigns.insert(campaign("k2"));
    equal(await stores[0].campaigns.delete("k1", 3), false);
    equal((await stores[1].campaigns.get("k1"))?.version, 4);
    const deleted = await race(20, (index) => either(stores, index).campaigns.delete("k1", 4));
    equal(deleted.filter(Boolean).length, 1);
    equal(await stores[1].campaigns.get("k1"), undefined);
    equal((await stores[1].campaigns.get("k2"))?.version, 1);
  }),
  storeCase("campaigns: lists are newest first, and paging covers each once while campaigns are added", async (store) => {
    const before = ids("k", 12);
    for (const id of before) await store.campaigns.insert(campaign(id));
    const seen = await readAll(
      5,
      (page) => store.campaigns.list(page),
      (pages) => store.campaigns.insert(campaign(`z${pages}`)),
    );
    deepEqual(
      seen.map(({ id }) => id),
      [...before].reverse(),
    );
    deepEqual(seen[0], campaign("k011"));
  }),
  storeCase("campaigns: ids are found by state as it is now, oldest first", async (store) => {
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
  storeCase(
    "campaigns: the scheduled whose time has come are found, the earliest first, until they have moved",
    async (store) => {
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
    },
  ),
  storeCase("campaigns: the unsettled are found, oldest first, until they are settled", async (store) => {
    await store.campaigns.insert(campaign("k2", { status: "cancelled", unsettled: true }));
    await store.campaigns.insert(campaign("k3", { status: "cancelled" }));
    await store.campaigns.insert(campaign("k1", { status: "cancelled", unsettled: true }));
    deepEqual(await idsOf(store.campaigns.findUnsettled(PAGE)), ["k1", "k2"]);
    await store.campaigns.replace(campaign("k1", { status: "cancelled", version: 2 }), 1);
    deepEqual(await idsOf(store.campaigns.findUnsettled(PAGE)), ["k2"]);
  }),
  storeCase("campaigns: ids are found page by page, each once, however many there are", async (store) => {
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
];

const PAGE = { limit: 1_000 };

async function idsOf(page: Promise<Page<string>>): Promise<readonly string[]> {
  return (await page).items;
}

function either(stores: readonly [Store, Store], index: number): Store {
  return stores[index % 2 === 0 ? 0 : 1];
}

/** Of 20 racing writes one is told that it won, and its write is the one that stands. */
async function assertOneWinner(
  write: (index: number) => Promise<boolean>,
  stored: () => Promise<string | undefined>,
): Promise<void> {
  const won = await race(20, write);
  equal(won.filter(Boolean).length, 1, "one winner");
  equal(await stored(), `${won.indexOf(true)}`, "the winner's write stands");
}
