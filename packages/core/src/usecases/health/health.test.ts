import { describe, expect, it } from "vitest";
import type { ProcessReport } from "../../engine/work.js";
import { draftToAll, type MemoryEngine, memoryEngine, people, recordingSender, runCampaigns } from "../../engine.fixture.js";
import { CrmError } from "../../errors.js";
import { memoryQueue, memoryStore } from "../../memory/index.js";
import { SILENT_AFTER_MS } from "../../ports/heartbeats.js";
import type { Sender } from "../../ports/sender.js";

const START = Date.UTC(2026, 0, 1);
const DUTIES = ["customers", "orders", "receipts", "suppressions", "campaigns", "erasures", "upkeep"] as const;
const START_TEXT = "2026-01-01T00:00:00.000Z";

/** An engine whose time and store's time go on only by hand. */
function engineAt(sender: Sender = recordingSender()) {
  const world = { now: START };
  const clock = () => world.now;
  const queue = memoryQueue({ maxAttempts: 1 });
  const engine = memoryEngine({ store: memoryStore({ now: clock }), queue, clock, sender, leaseMs: 15_000 });
  const beat = (id: string, more: Partial<ProcessReport> = {}) =>
    engine.work.beat({
      ...{ id, role: "worker", version: "1", host: "h", pid: 7, upForMs: 0 },
      doing: DUTIES.map((duty) => ({ duty })),
      ...more,
    });
  return { world, engine, beat };
}

async function codes(engine: MemoryEngine): Promise<readonly string[]> {
  return (await engine.health.findings()).map(({ code, needsHand }) => (needsHand ? code : `(${code})`));
}

describe("who is alive", () => {
  it("is known by what each process last said, as of now", async () => {
    const { world, engine, beat } = engineAt();
    await beat("w1", { upForMs: 5_000 });
    await beat("a1", { role: "api", doing: [] });
    await beat("w2", { ended: true });
    world.now += SILENT_AFTER_MS + 1;
    await beat("w3");
    const seen = (await engine.health.workers()).map(({ id, state }) => [id, state]);
    expect(new Map(seen as [string, string][])).toEqual(
      new Map([
        ["w3", "alive"],
        ["w1", "silent"],
        ["a1", "silent"],
        ["w2", "ended"],
      ]),
    );
    expect((await engine.health.workers()).find(({ id }) => id === "w1")).toMatchObject({
      startedAt: "2025-12-31T23:59:55.000Z",
      seenAt: START_TEXT,
    });
  });

  it("does without campaigns where there is no vendor", async () => {
    const engine = memoryEngine();
    await engine.work.beat({
      id: "w",
      role: "worker",
      version: "1",
      host: "h",
      pid: 1,
      upForMs: 0,
      doing: [{ duty: "campaigns" }],
    });
    expect((await engine.health.workers())[0]?.doing).toEqual([]);
    expect(await engine.health.vendor()).toMatchObject({ state: "none", workers: 0 });
  });

  it("what a process is in trouble with is shown without what it must not tell", async () => {
    const { engine, beat, world } = engineAt();
    const trouble = { forMs: 60_000, error: new Error("no route to kim@example.com at smtp://user:secret@host") };
    await beat("w1", { doing: [...DUTIES.map((duty) => ({ duty })), { duty: "orders", trouble }] });
    world.now += 1_001;
    const [found] = await engine.health.findings();
    expect(found).toMatchObject({ code: "worker_trouble", needsHand: true, since: "2025-12-31T23:59:00.000Z" });
    expect(found?.text).toMatch(/h, process 7.* failed at orders since .*: no route to \[hidden\] at \[hidden\]$/);
  });
});

describe("what needs a hand", () => {
  it("is nothing while a worker does everything", async () => {
    const { engine, beat } = engineAt();
    await beat("w1");
    expect(await engine.health.findings()).toEqual([]);
  });

  it("is a worker, where there is none, and where none does something", async () => {
    const { world, engine, beat } = engineAt();
    expect(await engine.health.findings()).toMatchObject([
      {
        code: "no_worker",
        text: "No worker has been seen in the last day: uploads and campaigns wait until one is started.",
        command: "crm worker",
      },
    ]);
    world.now += 2_000;
    await beat("w1", { doing: [{ duty: "customers" }] });
    expect(await engine.health.findings()).toMatchObject([
      { code: "no_worker", text: expect.stringMatching(/does orders, receipts, suppressions, campaigns: that waits until/) },
    ]);
  });

  it("is one that fell silent, until another is started; not one that ended", async () => {
    const { world, engine, beat } = engineAt();
    await beat("w1");
    await beat("gone");
    await beat("ended", { ended: true });
    world.now += SILENT_AFTER_MS + 1;
    await beat("w1", { upForMs: SILENT_AFTER_MS + 1 });
    expect(await engine.health.findings()).toMatchObject([{ code: "worker_silent", workerId: "gone", since: START_TEXT }]);
    world.now += 2_000;
    await beat("w2");
    expect(await codes(engine)).toEqual([]);
  });

  it("is a store or a queue that does not answer, or takes nothing", async () => {
    const away = () => Promise.reject(new CrmError("unavailable", "connection refused"));
    const { engine: memory } = engineAt();
    const store = { ...memory.store, info: away };
    const queue = { ...memory.queue, info: away };
    expect(await codes(memoryEngine({ store }))).toEqual(["store_away"]);
    expect(await codes(memoryEngine({ queue }))).toEqual(["queue_away", "no_worker"]);
    const full = { ...memory.store, leases: { ...memory.store.leases, acquire: away } };
    expect(await codes(memoryEngine({ store: full })), "nobody can say that it is alive there").toEqual(["store_refuses_writes"]);
    const fullQueue = { ...memory.queue, info: async () => ({ ...(await memory.queue.info()), refusesWrites: "out of memory" }) };
    expect(await codes(memoryEngine({ queue: fullQueue }))).toEqual(["queue_refuses_writes", "no_worker"]);
  });

  it("is a dead letter", async () => {
    const { engine, beat } = engineAt();
    await beat("w1");
    await engine.queue.publish("orders", [{ id: "m", body: "no json" }]);
    await engine.workOff();
    expect(await codes(engine)).toEqual(["dead_letters"]);
  });

  it("is a campaign that the engine stopped; not one that a user paused", async () => {
    const sender = recordingSender(() => ({ status: "rejected" }), { maxBatch: 100 });
    const { engine, beat } = engineAt(sender);
    await engine.ingest.customers(people(300));
    await engine.workOff();
    const [stopped, paused] = [await draftToAll(engine), await draftToAll(engine)];
    await engine.campaigns.launch(paused);
    await engine.campaigns.pause(paused);
    await engine.campaigns.launch(stopped);
    await runCampaigns(engine);
    await beat("w1");
    expect(await engine.health.findings()).toMatchObject([
      { code: "campaign_paused", campaignId: stopped, text: expect.stringContaining("error_rate") },
    ]);
    expect(await engine.campaigns.get(stopped)).toMatchObject({
      waitsFor: [{ what: "user", why: expect.stringContaining("the vendor rejected") }],
    });
    expect(await engine.campaigns.get(paused)).toMatchObject({
      waitsFor: [{ what: "user", why: "it is paused: paused by a user" }],
    });
  });
});

describe("a vendor", () => {
  it("says that it reaches nobody, and the engine whether its messages can have a link to unsubscribe", async () => {
    const sender = recordingSender(undefined, { simulated: true });
    const engine = memoryEngine({ sender, unsubscribeUrl: (messageId) => `https://crm.example/unsubscribe/${messageId}` });
    expect(await engine.health.vendor()).toMatchObject({ state: "unseen", simulated: true, unsubscribeLinks: true });
  });
});

describe("a vendor that fails", () => {
  it("is told with its last words, by workers and by the campaign that waits for it", async () => {
    const sender = recordingSender();
    const send = () => Promise.reject(new CrmError("unavailable", "connection to smtp://user:secret@host refused"));
    const { engine, beat, world } = engineAt({ ...sender, send });
    await engine.ingest.customers(people(1));
    await engine.workOff();
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    await runCampaigns(engine);
    await beat("w1");
    world.now += 1_001;
    expect(await engine.health.vendor()).toMatchObject({
      state: "failing",
      simulated: false,
      unsubscribeLinks: false,
      failures: 1,
      since: START_TEXT,
      workers: 1,
      affected: 1,
    });
    expect(await codes(engine), "one call may fail with any vendor").toEqual(["(vendor_failing)"]);
    const { waitsFor } = await engine.campaigns.get(id);
    expect(waitsFor).toMatchObject([
      { what: "vendor", why: "the vendor's last call failed: the vendor is not available: connection to [hidden] refused" },
    ]);

    for (let turn = 0; turn < 12; turn++) {
      world.now += 40_000;
      await new Promise((resolve) => setTimeout(resolve, 1));
      await engine.work.deliver(new AbortController().signal);
    }
    await beat("w1");
    world.now += 1_001;
    expect(await engine.health.vendor()).toMatchObject({ state: "open", nextTryAt: expect.any(String) });
    expect(await codes(engine)).toContain("vendor_failing");
  });
});

describe("what something waits for", () => {
  it("is a worker, until there is one that does it", async () => {
    const { engine, beat, world } = engineAt();
    const { batchId } = await engine.ingest.customers(people(2));
    const id = await draftToAll(engine);
    expect((await engine.campaigns.get(id)).waitsFor).toBeUndefined();
    await engine.campaigns.launch(id);
    const nobody = [{ what: "worker", why: "no worker has been seen in the last day" }];
    expect((await engine.campaigns.get(id)).waitsFor).toEqual(nobody);
    expect((await engine.batches.get(batchId)).waitsFor).toEqual(nobody);
    await beat("w1", { doing: [{ duty: "customers" }] });
    world.now += 1_001;
    expect((await engine.batches.get(batchId)).waitsFor).toBeUndefined();
    expect((await engine.campaigns.get(id)).waitsFor).toEqual([{ what: "worker", why: "of 1 workers, none does campaigns" }]);
  });

  it("is a queue that all who do it are cut off from, or a dead letter", async () => {
    const { engine, beat, world } = engineAt();
    const { batchId } = await engine.ingest.customers(people(2));
    const trouble = { forMs: 3_000, error: new CrmError("unavailable", "Redis is away") };
    await beat("w1", { doing: [{ duty: "customers", trouble }] });
    expect((await engine.batches.get(batchId)).waitsFor).toEqual([
      { what: "queue", why: "its workers have failed since 2025-12-31T23:59:57.000Z: Redis is away" },
    ]);
    await beat("w2", { doing: [{ duty: "customers" }] });
    await engine.queue.publish("orders", [{ id: "m", body: "no json" }]);
    await engine.workOff();
    world.now += 3_000;
    const { batchId: late } = await engine.ingest.orders([{ id: "o", customerId: "c", amount: 1, placedAt: START_TEXT }]);
    await beat("w2", { doing: [{ duty: "orders" }] });
    world.now += 3_000;
    expect((await engine.batches.get(late)).waitsFor).toMatchObject([{ what: "dead_letter" }]);
  });

  it("is its time, and its rate", async () => {
    const { engine, beat, world } = engineAt();
    await engine.ingest.customers(people(5));
    await engine.workOff();
    await beat("w1");
    const [later, slow] = [await draftToAll(engine), await draftToAll(engine)];
    await engine.campaigns.schedule(later, { at: "2026-01-01T01:00:00Z" });
    expect((await engine.campaigns.get(later)).waitsFor).toEqual([
      { what: "schedule", why: "it starts by itself", until: "2026-01-01T01:00:00.000Z" },
    ]);
    await engine.campaigns.update(slow, { throttlePerSecond: 1 });
    await engine.campaigns.launch(slow);
    await runCampaigns(engine);
    world.now += 1_001;
    expect((await engine.campaigns.get(slow)).waitsFor).toEqual([
      { what: "rate", why: "it is sent at 1 a second, as was asked" },
    ]);
  });

  it("is when rows that were put off are tried again", async () => {
    const { engine, beat } = engineAt(recordingSender(() => ({ status: "retry", retryAfterMs: 60_000 })));
    await engine.ingest.customers(people(2));
    await engine.workOff();
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    await runCampaigns(engine);
    await beat("w1");
    const [waiting] = (await engine.campaigns.get(id)).waitsFor ?? [];
    expect(waiting).toMatchObject({ what: "retry" });
    expect(Date.parse(waiting?.until ?? "")).toBeGreaterThan(START + 30_000);
  });

  it("is the lease of a worker that is gone", async () => {
    const { engine, beat, world } = engineAt();
    await engine.ingest.customers(people(1));
    await engine.workOff();
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    await engine.work.plan(new AbortController().signal);
    await beat("gone");
    await engine.store.claims.claim({ campaignId: id, limit: 1, leaseMs: 15_000 });
    world.now += SILENT_AFTER_MS + 1;
    await beat("w1");
    expect((await engine.campaigns.get(id)).waitsFor).toMatchObject([{ what: "lease", until: "2026-01-01T00:00:19.000Z" }]);
  });
});
