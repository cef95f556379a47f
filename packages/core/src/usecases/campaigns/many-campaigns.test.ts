import { expect, it } from "vitest";
import { memoryEngine, recordingSender } from "../../engine.fixture.js";
import { memoryStore } from "../../memory/index.js";
import type { StoredCampaign } from "../../model/campaign.js";
import type { Store } from "../../ports/index.js";
import { planLease } from "./plan-lease.js";

const START = Date.UTC(2026, 0, 1);
const STUCK = 1_000;
const EVERYONE = { kind: "all", of: [] } as const;
const PLAN = { rule: { all: [] }, segmentVersion: 1, now: START, timeZone: "UTC", epoch: 1, frozen: false } as const;
const never = new AbortController().signal;

/** A store with one customer, and 1,001 campaigns to them, of which only the newest can go on. */
async function crowded(change: Partial<StoredCampaign>, stick: (store: Store, id: string) => Promise<unknown>) {
  const store = memoryStore({ now: () => START });
  await store.customers.apply([{ id: "p", stamp: 1, fields: { email: "p@example.com" } }]);
  const idOf = (index: number) => `k${String(index).padStart(4, "0")}`;
  for (let index = 0; index <= STUCK; index++) {
    const id = idOf(index);
    await store.campaigns.insert({
      ...{
        id,
        name: "Hello",
        segmentIds: ["s"],
        excludeSegmentIds: [],
        message: { channel: "email", subject: "Hi", body: "Hi" },
      },
      ...{ status: "draft", plan: PLAN, history: [], version: 1, createdAt: START, updatedAt: START },
      ...change,
    });
    if (index < STUCK) await stick(store, id);
  }
  const sender = recordingSender();
  const engine = memoryEngine({ store, sender, clock: () => START });
  return { store, engine, sender, last: idOf(STUCK) };
}

it("a thousand campaigns that are throttled keep no other from sending", async () => {
  const planned = (store: Store, campaignId: string) =>
    store.communications.plan({ campaignId, channel: "email", condition: EVERYONE, plannedAt: START });
  const throttled = { status: "running", plan: { ...PLAN, frozen: true }, throttlePerSecond: 1 } as const;
  const { store, engine, sender, last } = await crowded(throttled, async (store, id) => {
    await planned(store, id);
    await store.rates.take(`campaign:${id}`, 1, 1);
  });
  await planned(store, last);
  expect(await engine.work.deliver(never)).toBe(true);
  expect(sender.calls.flat().map(({ id }) => id)).toEqual([`${last}:p`]);
});

it("a thousand campaigns that others are planning keep no other from being planned", async () => {
  const held = (store: Store, id: string) => store.leases.acquire(planLease(id), 60_000);
  const { engine, last } = await crowded({ status: "planning" }, held);
  expect(await engine.work.plan(never)).toBe(true);
  expect(await engine.campaigns.get(last)).toMatchObject({ status: "running" });
});

it("a thousand scheduled campaigns that can't be started keep no other from starting", async () => {
  const schedule = { at: START - 1, timeZone: "UTC", maxLatenessMinutes: 60 };
  const { store, last } = await crowded({ status: "scheduled", schedule }, async () => undefined);
  const get: Store["campaigns"]["get"] = async (id) => {
    if (id !== last) throw new Error("The record can't be read.");
    return store.campaigns.get(id);
  };
  const engine = memoryEngine({
    store: { ...store, campaigns: { ...store.campaigns, get } },
    sender: recordingSender(),
    clock: () => START,
  });
  await expect(engine.work.schedule()).rejects.toThrow("The record can't be read.");
  expect(await store.campaigns.get(last)).toMatchObject({ status: "failed" });
});

it("a thousand campaigns whose cancellation can't be finished keep no other from being settled", async () => {
  const cancelled = { status: "cancelled", unsettled: true } as const;
  const { store, engine, last } = await crowded(cancelled, async () => undefined);
  await store.communications.plan({ campaignId: last, channel: "email", condition: EVERYONE, plannedAt: START });
  await engine.work.sweep();
  expect(await store.communications.stats(last)).toMatchObject({ pending: 0, skippedBy: { campaign_cancelled: 1 } });
});
