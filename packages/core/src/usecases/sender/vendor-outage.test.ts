import { describe, expect, it } from "vitest";
import type { EngineOptions } from "../../engine/options.js";
import type { MemoryEngine } from "../../engine.fixture.js";
import { draftToAll, memoryEngine, people, recordingSender, runCampaigns } from "../../engine.fixture.js";
import { CrmError } from "../../errors.js";
import { memoryQueue, memoryStore } from "../../memory/index.js";
import type { StoredCommunication } from "../../model/communication-log.js";
import type { Sender } from "../../ports/sender.js";

const never = new AbortController().signal;
const MINUTE = 60_000;

interface Options extends Partial<EngineOptions> {
  readonly count: number;
  readonly vendor?: Partial<Sender>;
  readonly error?: () => Error;
}

/** A campaign that has been planned, on a clock of its own, to be sent by a vendor that is down. */
async function outage({ count, vendor, error = () => new Error("socket hang up"), ...options }: Options) {
  const world = { now: 1_700_000_000_000, down: true };
  const clock = () => world.now;
  const failures: number[] = [];
  const accepted = recordingSender(undefined, { maxBatch: 10, ...vendor });
  const send: Sender["send"] = (batch, signal) => {
    if (!world.down) return accepted.send(batch, signal);
    failures.push(batch.messages.length);
    return Promise.reject(error());
  };
  const store = memoryStore({ now: clock });
  const given = { store, queue: memoryQueue(), sender: { ...accepted, send }, clock, ...options };
  const engine = memoryEngine(given);
  await engine.ingest.customers(people(count));
  await engine.workOff();
  const id = await draftToAll(engine);
  await engine.campaigns.launch(id);
  await engine.work.plan(never);
  /** Time passes in steps, and whatever is possible is done after each. */
  const pass = async (ms: number, stepMs = 1_000): Promise<void> => {
    for (const until = world.now + ms; world.now < until; ) {
      world.now = Math.min(until, world.now + stepMs);
      while (await engine.work.deliver(never));
    }
  };
  const sent = () => accepted.calls.flat().map((message) => message.id);
  return { world, engine, id, failures, accepted, sent, pass, given };
}

async function rows(engine: MemoryEngine, id: string): Promise<readonly StoredCommunication[]> {
  return (await engine.store.communications.list({ campaignId: id }, { limit: 1_000 })).items;
}

describe("a vendor that is down", () => {
  it.each([1, 4, 10])("gets %d calls in a row and then no more", async (breakerFailures) => {
    const { engine, failures } = await outage({ count: 200, breakerFailures });
    await runCampaigns(engine);
    expect(failures).toHaveLength(breakerFailures);
    await runCampaigns(engine);
    expect(failures).toHaveLength(breakerFailures);
  });

  it("uses up no attempts in an outage of 1,000 calls, after which everybody gets it once", async () => {
    const { world, engine, id, failures, sent, pass } = await outage({
      count: 5,
      vendor: { maxBatch: 1 },
      breakerFailures: 3,
      maxAttempts: 2,
      vendorDownAfterMs: Number.POSITIVE_INFINITY,
    });
    await runCampaigns(engine);
    await pass(1_000 * 30_000, 30_000);
    expect(failures.length).toBeGreaterThanOrEqual(1_000);
    expect((await rows(engine, id)).map(({ status, attempts }) => ({ status, attempts }))).toEqual(
      Array(5).fill({ status: "pending", attempts: 0 }),
    );
    world.down = false;
    await pass(MINUTE);
    expect(sent().sort()).toEqual((await rows(engine, id)).map((row) => row.id));
    expect((await rows(engine, id)).every(({ status, attempts }) => status === "sent" && attempts === 1)).toBe(true);
    expect(await engine.campaigns.get(id)).toMatchObject({ status: "completed" });
  });

  it("takes no more than one attempt of the messages of a small campaign, and gives none of them up", async () => {
    const { world, engine, id, failures, sent, pass } = await outage({ count: 2, breakerFailures: 10, maxAttempts: 2 });
    await pass(2 * MINUTE);
    expect(failures.length).toBeGreaterThan(10);
    for (const row of await rows(engine, id)) {
      expect(row.status).toBe("pending");
      expect(row.attempts).toBeLessThanOrEqual(1);
    }
    world.down = false;
    await pass(MINUTE);
    expect(sent()).toHaveLength(2);
  });

  it("counts the attempts of calls that fail between calls that succeed, and gives up after the last", async () => {
    const error = () => new CrmError("unavailable", "HTTP 503", { details: { retryAfterMs: 10_000 } });
    const { world, engine, id, failures, pass } = await outage({ count: 1, breakerFailures: 2, maxAttempts: 3, error });
    await runCampaigns(engine);
    for (const attempts of [2, 3]) {
      world.down = false;
      await engine.campaigns.launch(await draftToAll(engine));
      await runCampaigns(engine);
      world.down = true;
      await pass(10_000, 10_000);
      expect(failures).toHaveLength(attempts);
    }
    expect((await rows(engine, id))[0]).toMatchObject({
      status: "failed",
      attempts: 3,
      reason: "the vendor is not available: HTTP 503 (attempt 3 of 3)",
    });
  });

  it("is not down where it asks for fewer messages: no attempt is counted, no breaker opens, and the rest is given back", async () => {
    const error = () => new CrmError("unavailable", "HTTP 429", { details: { throttled: true } });
    const { world, engine, id, failures, sent, pass } = await outage({ count: 40, breakerFailures: 2, maxAttempts: 1, error });
    await engine.work.deliver(never);
    expect(failures).toEqual([10]);
    await pass(10 * MINUTE);
    expect(failures.length).toBeGreaterThan(2);
    expect(await engine.campaigns.get(id)).toMatchObject({ status: "running" });
    expect((await rows(engine, id)).every(({ status, attempts }) => status === "pending" && attempts === 0)).toBe(true);
    world.down = false;
    await pass(10 * MINUTE);
    expect(new Set(sent()).size).toBe(40);
    expect(sent()).toHaveLength(40);
  });

  it("that asks for fewer messages is asked ever more slowly, by all workers together, and faster again once it takes them", async () => {
    const error = () => new CrmError("unavailable", "HTTP 429", { details: { throttled: true } });
    const { world, failures, sent, pass, given } = await outage({ count: 300, senderRate: 8, error });
    const other = memoryEngine(given);
    const minute = async () => {
      for (let second = 0; second < 60; second++) {
        await pass(1_000);
        await other.work.deliver(never);
      }
    };
    await minute();
    const before = failures.length;
    await minute();
    expect(failures.length - before).toBeGreaterThanOrEqual(4);
    expect(failures.length - before).toBeLessThanOrEqual(12);
    world.down = false;
    await minute();
    const slow = sent().length;
    expect(slow).toBeLessThan(60);
    for (let turn = 0; turn < 8; turn++) await minute();
    expect(sent().length).toBeGreaterThan(4 * slow);
    expect(new Set(sent()).size).toBe(sent().length);
  });

  it("is probed by one call after a pause that grows from 1 to 30 seconds, however many workers there are", async () => {
    const { world, engine, failures } = await outage({ count: 200, breakerFailures: 3 });
    await runCampaigns(engine);
    expect(failures).toEqual([10, 10, 10]);
    for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
      const before = failures.length;
      const fourAtOnce = () => Promise.all([1, 2, 3, 4].map(() => engine.work.deliver(never)));
      world.now += seconds * 1_000 - 1;
      await fourAtOnce();
      expect(failures).toHaveLength(before);
      world.now += 1;
      await fourAtOnce();
      await fourAtOnce();
      expect(failures.slice(before)).toEqual([10]);
    }
  });

  it("is left alone for as long as it asked", async () => {
    const error = () => new CrmError("unavailable", "HTTP 429", { details: { retryAfterMs: 45_000 } });
    const { world, engine, failures } = await outage({ count: 50, breakerFailures: 1, error });
    await runCampaigns(engine);
    world.now += 44_999;
    await runCampaigns(engine);
    expect(failures).toHaveLength(1);
    world.now += 1;
    await runCampaigns(engine);
    expect(failures).toHaveLength(2);
  });

  it("has its probe again when the one who had it found nothing to send", async () => {
    const { world, engine, id, failures, sent, pass } = await outage({ count: 40, breakerFailures: 1, vendor: { maxBatch: 1 } });
    await runCampaigns(engine);
    expect(failures).toHaveLength(1);
    const withdrawals = (await rows(engine, id)).map(({ customerId, channel }) => {
      return { customerId, channel, by: "unsubscribed", at: world.now } as const;
    });
    await engine.store.customers.withdrawConsent(withdrawals.slice(0, 39));
    world.down = false;
    await pass(MINUTE);
    expect(sent()).toEqual([`${id}:p0039`]);
    expect(await engine.campaigns.get(id)).toMatchObject({ status: "completed" });
  });

  it("keeps what it may have taken as unknown where it honours no keys, one row for each call", async () => {
    const { engine, id, failures, pass } = await outage({ count: 20, breakerFailures: 3, vendor: { remembersKeysMs: 0 } });
    await runCampaigns(engine);
    expect(failures).toEqual([1, 1, 1]);
    await pass(10_000);
    const all = await rows(engine, id);
    const unknown = all.filter(({ status }) => status === "unknown");
    expect(unknown).toHaveLength(failures.length);
    expect(unknown.every(({ attempts }) => attempts === 1)).toBe(true);
    expect(all.filter(({ status }) => status === "pending").every(({ attempts }) => attempts === 0)).toBe(true);
  });

  it("leaves nothing unknown that it surely did not take, keys or none, and keeps to its Retry-After", async () => {
    const error = () => new CrmError("unavailable", "HTTP 503", { details: { retryAfterMs: 120_000 } });
    const { world, engine, id, failures, sent } = await outage({ count: 3, vendor: { remembersKeysMs: 0 }, error });
    await runCampaigns(engine);
    expect(failures).toHaveLength(3);
    expect(await engine.campaigns.stats(id)).toMatchObject({ pending: 3, unknown: 0 });
    world.down = false;
    world.now += 119_999;
    await runCampaigns(engine);
    expect(sent()).toEqual([]);
    world.now += 1;
    await runCampaigns(engine);
    expect(sent()).toHaveLength(3);
  });

  it("does not keep a campaign from completing that has nothing left to send", async () => {
    const { engine, id } = await outage({ count: 3, breakerFailures: 3, vendor: { remembersKeysMs: 0 } });
    await runCampaigns(engine);
    expect(await engine.campaigns.get(id)).toMatchObject({ status: "completed" });
    expect(await engine.campaigns.stats(id)).toMatchObject({ unknown: 3 });
  });
});

describe("a vendor that is down for too long", () => {
  const error = () => new Error("401 from https://user:hunter2@vendor.example, token=s3cret");

  it("pauses its campaigns, which say why without secrets, and is tried anew after each resume", async () => {
    const { world, engine, id, failures, sent, pass } = await outage({ count: 30, breakerFailures: 3, error });
    await runCampaigns(engine);
    await pass(299_000);
    expect(await engine.campaigns.get(id)).toMatchObject({ status: "running" });
    await pass(1_000);
    const paused = await engine.campaigns.get(id);
    expect(paused).toMatchObject({ status: "paused", reason: "vendor_down" });
    expect(paused.history.at(-1)).toMatchObject({
      by: "engine",
      why: expect.stringContaining(`${failures.length} calls failed`),
    });
    expect(paused.history.at(-1)?.why).toContain("401 from");
    expect(JSON.stringify([paused, await rows(engine, id)])).not.toMatch(/hunter2|s3cret/);

    await pass(10 * MINUTE, MINUTE);
    const before = failures.length;
    await engine.campaigns.resume(id);
    await runCampaigns(engine);
    expect(failures).toHaveLength(before + 1);
    expect(await engine.campaigns.get(id)).toMatchObject({ status: "running" });
    await pass(299_000);
    expect(await engine.campaigns.get(id)).toMatchObject({ status: "running" });
    await pass(1_000);
    expect(await engine.campaigns.get(id)).toMatchObject({ status: "paused", reason: "vendor_down" });

    world.down = false;
    await engine.campaigns.resume(id);
    await pass(MINUTE);
    expect(sent()).toHaveLength(30);
    expect(new Set(sent()).size).toBe(30);
    const done = await engine.campaigns.get(id);
    expect(done).toMatchObject({ status: "completed" });
    expect(done.reason).toBeUndefined();
  });

  it("is not given up by a process that saw the outage before the resume, until that one has tried it again too", async () => {
    const { world, engine, id, given, failures, pass } = await outage({ count: 100, breakerFailures: 1 });
    const other = memoryEngine(given);
    await engine.work.deliver(never);
    await other.work.deliver(never);
    expect(failures).toHaveLength(2);
    await pass(300_000);
    expect(await engine.campaigns.get(id)).toMatchObject({ status: "paused", reason: "vendor_down" });
    world.now += 10 * MINUTE;
    await engine.campaigns.resume(id);
    const before = failures.length;
    for (let turn = 0; turn < 3; turn++) await other.work.deliver(never);
    expect(failures).toHaveLength(before + 1);
    expect(await engine.campaigns.get(id)).toMatchObject({ status: "running" });
  });
});
