import { describe, expect, it } from "vitest";
import { memoryEngine, recordingSender, storedCampaign } from "../../engine.fixture.js";
import { memoryQueue, memoryStore } from "../../memory/index.js";
import type { StoredCampaign } from "../../model/campaign.js";
import type { DeliveryFact } from "../../model/communication-log.js";
import type { Store } from "../../ports/index.js";

const START = Date.UTC(2026, 0, 1);
const LEASE_MS = 15_000;
const EVERYONE = { kind: "all", of: [] } as const;
const PLAN = { rule: { all: [] }, segmentVersion: 1, now: START, timeZone: "UTC", epoch: 1, frozen: true } as const;
const REOPENING = { reopening: { status: "failed" }, reopenings: 1, unsettled: true } as const;

/** A store with a planned campaign k to `count` people, and an engine that sweeps it. */
async function swept(count: number, change: Partial<StoredCampaign>, wrap: (store: Store) => Store = (store) => store) {
  const time = { now: START };
  const store = memoryStore({ now: () => time.now });
  const ids = Array.from({ length: count }, (_, index) => `p${index}`);
  await store.customers.apply(ids.map((id) => ({ id, stamp: 1, fields: {} })));
  await store.communications.plan({ campaignId: "k", channel: "email", condition: EVERYONE, plannedAt: START });
  const campaign: StoredCampaign = {
    ...{
      id: "k",
      name: "Hello",
      segmentIds: ["s"],
      excludeSegmentIds: [],
      message: { channel: "email", subject: "Hi", body: "Hi" },
    },
    ...{ status: "running", plan: PLAN, history: [], version: 1, createdAt: START, updatedAt: START },
    ...change,
  };
  await store.campaigns.insert(campaign);
  const engine = memoryEngine({
    ...{ store: wrap(store), queue: memoryQueue(), sender: recordingSender(), clock: () => time.now, leaseMs: LEASE_MS },
  });
  const all = async (status: DeliveryFact["status"]) =>
    store.communications.record(ids.map((id) => ({ logId: `k:${id}`, generation: 1, status, at: START })));
  const stats = () => store.communications.stats("k");
  return { time, store, engine, all, stats, campaign: () => storedCampaign(engine, "k") };
}

/** A store on which something happens in each step of a reopening, before the step. */
function beforeEachStep(happens: (store: Store, step: number) => Promise<unknown>): (store: Store) => Store {
  let step = 0;
  return (store) => ({
    ...store,
    communications: {
      ...store.communications,
      reopen: async (rows) => {
        step += 1;
        await happens(store, step);
        return store.communications.reopen(rows);
      },
    },
  });
}

async function changed(store: Store, change: Partial<StoredCampaign>): Promise<void> {
  const campaign = await store.campaigns.get("k");
  if (campaign) await store.campaigns.replace({ ...campaign, ...change, version: campaign.version + 1 }, campaign.version);
}

describe("the sweeper", () => {
  it("takes back all that dead workers held, however much it is", async () => {
    const { time, store, engine, stats } = await swept(1_200, {});
    await store.claims.claim({ campaignId: "k", limit: 1_200, leaseMs: LEASE_MS });
    await engine.work.sweep();
    expect(await stats()).toMatchObject({ claimed: 1_200, pending: 0 });
    time.now += LEASE_MS;
    await engine.work.sweep();
    expect(await stats()).toMatchObject({ claimed: 0, pending: 1_200 });
  });

  it("finishes every campaign but the one that fails, whose error it throws, and seals uploads", async () => {
    const { time, store, engine, all, stats } = await swept(3, REOPENING, (store) => ({
      ...store,
      campaigns: {
        ...store.campaigns,
        get: async (id) => {
          if (id === "a") throw new Error("The record can't be read.");
          return store.campaigns.get(id);
        },
      },
    }));
    await all("failed");
    const broken = await store.campaigns.get("k");
    if (broken) await store.campaigns.insert({ ...broken, id: "a" });
    await store.batches.insert({ id: "b", kind: "orders", createdAt: START });
    time.now += 61_000;
    await expect(engine.work.sweep()).rejects.toThrow("The record can't be read.");
    expect(await stats()).toMatchObject({ pending: 3, failed: 0 });
    expect(await store.batches.get("b")).toMatchObject({ truncated: true });
  });

  it("seals an upload that nobody has touched for a minute", async () => {
    const { time, store, engine } = await swept(0, {});
    await store.batches.insert({ id: "b", kind: "customers", createdAt: START });
    time.now += 59_999;
    await engine.work.sweep();
    expect(await store.batches.get("b")).not.toMatchObject({ truncated: true });
    time.now += 1;
    await engine.work.sweep();
    expect(await store.batches.get("b")).toMatchObject({ truncated: true });
  });

  it("leaves campaigns alone that are settled, or not cancelled", async () => {
    for (const change of [{}, { unsettled: true }, { status: "paused", unsettled: true }] as const) {
      const { engine, stats, campaign } = await swept(2, change);
      const before = await campaign();
      await engine.work.sweep();
      expect(await campaign()).toEqual(before);
      expect(await stats()).toMatchObject({ pending: 2 });
    }
  });
});

describe("a cancelled campaign", () => {
  const CANCELLED = { status: "cancelled", unsettled: true } as const;

  it("has every pending row skipped, however many there are, and is settled then", async () => {
    const { engine, stats, campaign } = await swept(1_200, CANCELLED);
    await engine.work.sweep();
    expect(await stats()).toMatchObject({ pending: 0, skippedBy: { campaign_cancelled: 1_200 } });
    const settled = await campaign();
    expect(settled).not.toHaveProperty("unsettled");
    expect(settled.version).toBe(2);
    await engine.work.sweep();
    expect(await campaign()).toEqual(settled);
  });

  it("is settled only when no row is in a worker's hands", async () => {
    const { time, store, engine, stats, campaign } = await swept(3, CANCELLED);
    await store.claims.claim({ campaignId: "k", limit: 1, leaseMs: LEASE_MS });
    await engine.work.sweep();
    expect(await stats()).toMatchObject({ claimed: 1, skipped: 2 });
    expect(await campaign()).toMatchObject({ unsettled: true });
    time.now += LEASE_MS;
    await engine.work.sweep();
    expect(await stats()).toMatchObject({ skipped: 3 });
    expect(await campaign()).not.toHaveProperty("unsettled");
  });

  it("is not settled while a row that its worker has just given back is pending", async () => {
    let giveBack = async () => undefined as unknown;
    const { store, engine, stats, campaign } = await swept(2, CANCELLED, (inner) => ({
      ...inner,
      communications: {
        ...inner.communications,
        remaining: async (id) => {
          await giveBack();
          return inner.communications.remaining(id);
        },
      },
    }));
    const [held] = await store.claims.claim({ campaignId: "k", limit: 1, leaseMs: LEASE_MS });
    if (!held) throw new Error("Nothing is due.");
    giveBack = () => store.claims.release([{ id: held.id, epoch: held.epoch, delayMs: 0 }]);
    await engine.work.sweep();
    expect(await stats()).toMatchObject({ pending: 1, skipped: 1 });
    expect(await campaign()).toMatchObject({ unsettled: true });
    await engine.work.sweep();
    expect(await stats()).toMatchObject({ pending: 0, skipped: 2 });
    expect(await campaign()).not.toHaveProperty("unsettled");
  });

  it.each([
    ["whose audience is frozen is settled", { plan: PLAN }, true],
    ["whose audience may still grow is not", { plan: { ...PLAN, frozen: false } }, false],
    ["that was being reopened is not", { plan: PLAN, ...REOPENING }, false],
  ] as const)("%s while another works at it", async (_, change, isSettled) => {
    const { time, store, engine, stats, campaign } = await swept(1, { ...change, ...CANCELLED });
    await store.leases.acquire("plan:k", LEASE_MS);
    await engine.work.sweep();
    expect(await stats()).toMatchObject({ skipped: 1 });
    expect("unsettled" in (await campaign())).toBe(!isSettled);
    time.now += LEASE_MS;
    await engine.work.sweep();
    const settled = await campaign();
    expect(settled).not.toHaveProperty("unsettled");
    expect(settled).not.toHaveProperty("reopening");
  });

  it("is left to nobody else for longer than the work takes", async () => {
    const { store, engine } = await swept(1, CANCELLED);
    await engine.work.sweep();
    expect(await store.leases.acquire("plan:k", LEASE_MS)).toBeDefined();
  });
});

describe("a reopening that its process left", () => {
  it("is finished, however many rows it has, and the campaign goes on", async () => {
    const { engine, all, stats, campaign, time } = await swept(1_200, REOPENING);
    await all("failed");
    time.now += 5;
    await engine.work.sweep();
    expect(await stats()).toMatchObject({ failed: 0, pending: 1_200 });
    const settled = await campaign();
    expect(settled).toMatchObject({ status: "running", version: 2, updatedAt: START + 5 });
    expect(settled).not.toHaveProperty("reopening");
    expect(settled).not.toHaveProperty("unsettled");
  });

  it("is left to the one who works at it", async () => {
    const { store, engine, all, stats, campaign } = await swept(2, REOPENING);
    await all("failed");
    await store.leases.acquire("plan:k", LEASE_MS);
    await engine.work.sweep();
    expect(await stats()).toMatchObject({ failed: 2 });
    expect(await campaign()).toMatchObject(REOPENING);
  });

  it("stops when its lease has passed to another", async () => {
    const time = { now: START };
    const wrap = beforeEachStep(async () => {
      time.now += LEASE_MS;
    });
    const { store, stats, all, campaign } = await swept(1_200, REOPENING);
    await all("failed");
    const lapsing: Store = {
      ...wrap(store),
      leases: memoryStore({ now: () => time.now }).leases,
    };
    const engine = memoryEngine({ store: lapsing, queue: memoryQueue(), sender: recordingSender(), leaseMs: LEASE_MS });
    await engine.work.sweep();
    expect(await stats()).toMatchObject({ failed: 200, pending: 1_000 });
    expect(await campaign()).toMatchObject(REOPENING);
    await engine.work.sweep();
    await engine.work.sweep();
    await engine.work.sweep();
    expect(await stats()).toMatchObject({ failed: 0, pending: 1_200 });
    expect(await campaign()).not.toHaveProperty("reopening");
  });

  it("tries again where the campaign is written meanwhile", async () => {
    const { engine, all, stats, campaign } = await swept(
      2,
      REOPENING,
      beforeEachStep((store, step) => (step === 2 ? changed(store, { name: "Renamed" }) : Promise.resolve())),
    );
    await all("failed");
    await engine.work.sweep();
    expect(await stats()).toMatchObject({ failed: 0, pending: 2 });
    const settled = await campaign();
    expect(settled).toMatchObject({ name: "Renamed", status: "running" });
    expect(settled).not.toHaveProperty("reopening");
  });

  it("ends with a cancel in its midst, which skips what it has reopened", async () => {
    const { engine, all, stats, campaign } = await swept(
      1_200,
      REOPENING,
      beforeEachStep((store, step) => (step === 1 ? changed(store, { status: "cancelled" }) : Promise.resolve())),
    );
    await all("failed");
    await engine.work.sweep();
    expect(await stats()).toMatchObject({ failed: 200, pending: 0, skippedBy: { campaign_cancelled: 1_000 } });
    const settled = await campaign();
    expect(settled.status).toBe("cancelled");
    expect(settled).not.toHaveProperty("unsettled");
  });

  it.each([
    ["runs on, with the move in its history", "failed", { status: "running", history: [{ by: "engine", to: "running" }] }],
    ["stays so where no row was left to reopen", "sent", { status: "completed", history: [] }],
  ] as const)("of a campaign that was completed meanwhile: it %s", async (_, fact, left) => {
    const { engine, all, campaign } = await swept(2, { ...REOPENING, status: "completed" });
    await all(fact);
    await engine.work.sweep();
    expect(await campaign()).toMatchObject(left);
  });
});
