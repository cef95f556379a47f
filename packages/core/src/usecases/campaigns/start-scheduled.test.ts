import { describe, expect, it } from "vitest";
import type { Engine } from "../../engine/index.js";
import type { EngineOptions } from "../../engine/options.js";
import {
  draftToAll,
  loseSegment,
  memoryEngine,
  people,
  recordingSender,
  runCampaigns,
  storedCampaign,
} from "../../engine.fixture.js";
import { memoryStore } from "../../memory/index.js";

const START = Date.parse("2026-06-01T00:00:00Z");
const MINUTE_MS = 60_000;

/** A draft and a clock that the test moves. */
async function draftAt(start = START, options: Partial<EngineOptions> = {}) {
  const time = { now: start };
  const sender = recordingSender();
  const engine = memoryEngine({ sender, clock: () => time.now, ...options });
  await engine.ingest.customers(people(3));
  await engine.workOff();
  return { engine, sender, time, id: await draftToAll(engine) };
}

const at = (instant: number) => new Date(instant).toISOString();

describe("scheduling", () => {
  it.each([
    ["a gap in the clocks moves forward", "2027-03-28T01:30", "2027-03-28T01:30:00Z"],
    ["an overlap is its first", "2026-10-25T01:30", "2026-10-25T00:30:00Z"],
    ["an offset stands", "2026-10-25T01:30+05:00", "2026-10-24T20:30:00Z"],
  ])("reads local time in its zone: %s", async (_, text, instant) => {
    const { engine, id } = await draftAt();
    const scheduled = await engine.campaigns.schedule(id, { at: text, timeZone: "Europe/London" });
    expect(scheduled).toMatchObject({
      status: "scheduled",
      schedule: { at: at(Date.parse(instant)), timeZone: "Europe/London", maxLatenessMinutes: 60 },
      history: [{ from: "draft", to: "scheduled", by: "user" }],
    });
    expect(scheduled).not.toHaveProperty("audience");
  });

  it("takes the engine's zone where none is given", async () => {
    const { engine, id } = await draftAt(START, { timeZone: "America/New_York" });
    const { schedule } = await engine.campaigns.schedule(id, { at: "2026-07-01T09:00" });
    expect(schedule).toMatchObject({ at: "2026-07-01T13:00:00.000Z", timeZone: "America/New_York" });
  });

  it.each([
    ["at", { at: at(START) }],
    ["at", { at: "2026-05-31T23:59:59Z" }],
    ["at", { at: "tomorrow" }],
    ["timeZone", { at: "2026-07-01T09:00", timeZone: "Europe/Nowhere" }],
    ["maxLatenessMinutes", { at: "2026-07-01T09:00", maxLatenessMinutes: -1 }],
    ["maxLatenessMinutes", { at: "2026-07-01T09:00", maxLatenessMinutes: 10_081 }],
    ["maxLatenessMinutes", { at: "2026-07-01T09:00", maxLatenessMinutes: 0.5 }],
    ["cron", { at: "2026-07-01T09:00", cron: "* * * * *" }],
  ])("is refused for its %s: %j", async (path, input) => {
    const { engine, id } = await draftAt();
    await expect(engine.campaigns.schedule(id, input)).rejects.toMatchObject({
      code: "invalid",
      details: { issues: [{ path }] },
    });
    expect(await engine.campaigns.get(id)).toMatchObject({ status: "draft" });
  });

  it("makes the checks of a launch", async () => {
    const { engine, id } = await draftAt();
    await loseSegment(engine, id);
    await expect(engine.campaigns.schedule(id, { at: at(START + 1) })).rejects.toMatchObject({
      code: "invalid",
      details: { issues: [{ path: "segmentId" }] },
    });
    const silent = memoryEngine();
    const draft = await draftToAll(silent);
    await expect(silent.campaigns.schedule(draft, { at: "2099-01-01" })).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining("sender"),
    });
  });

  it("is taken back by unscheduling, which a second time changes nothing; scheduling twice is a conflict", async () => {
    const { engine, id, time } = await draftAt();
    await engine.campaigns.schedule(id, { at: at(START + 1) });
    await expect(engine.campaigns.schedule(id, { at: at(START + 1) })).rejects.toMatchObject({
      code: "conflict",
      details: { status: "scheduled", allowed: ["unschedule", "cancel"] },
    });
    await expect(engine.campaigns.launch(id)).rejects.toMatchObject({ code: "conflict" });
    const draft = await engine.campaigns.unschedule(id);
    expect(draft.status).toBe("draft");
    expect(draft).not.toHaveProperty("schedule");
    const stored = await storedCampaign(engine, id);
    expect(await engine.campaigns.unschedule(id)).toEqual(draft);
    time.now += 2;
    expect(await engine.work.schedule()).toBe(false);
    expect(await storedCampaign(engine, id)).toEqual(stored);
  });
});

describe("a scheduled campaign", () => {
  it("starts when its time has come, not before, with the audience of that moment", async () => {
    const { engine, id, time, sender } = await draftAt();
    await engine.campaigns.schedule(id, { at: at(START + MINUTE_MS) });
    expect(await engine.work.schedule()).toBe(false);
    time.now += MINUTE_MS + 5;
    expect(await engine.work.schedule()).toBe(true);
    const planning = await engine.campaigns.get(id);
    expect(planning).toMatchObject({ status: "planning", audience: { asOf: at(time.now), frozen: false } });
    expect(planning).not.toHaveProperty("schedule");
    expect(planning.history.at(-1)).toMatchObject({ from: "scheduled", to: "planning", by: "clock" });
    expect(await engine.work.schedule()).toBe(false);
    await runCampaigns(engine);
    expect(await engine.campaigns.get(id)).toMatchObject({ status: "completed" });
    expect(sender.calls.flat()).toHaveLength(3);
  });

  it("is started once by any number of schedulers", async () => {
    const { engine, id, time } = await draftAt();
    await engine.campaigns.schedule(id, { at: at(START + 1) });
    time.now += 10;
    const moved = await Promise.all(Array.from({ length: 20 }, () => engine.work.schedule()));
    expect(moved.filter(Boolean)).toHaveLength(1);
    expect((await engine.campaigns.get(id)).history).toHaveLength(2);
  });

  it.each([
    [60, 60 * MINUTE_MS, "planning"],
    [60, 60 * MINUTE_MS + 1, "paused"],
    [0, 5_000, "planning"],
    [0, MINUTE_MS, "paused"],
  ])("that may be %i minutes late and is by %i ms is then %s", async (maxLatenessMinutes, lateMs, status) => {
    const { engine, id, time } = await draftAt();
    await engine.campaigns.schedule(id, { at: at(START + 1), maxLatenessMinutes });
    time.now += 1 + lateMs;
    expect(await engine.work.schedule()).toBe(true);
    expect(await engine.campaigns.get(id)).toMatchObject({ status });
  });

  it("that missed its time is paused with the reason, and a user's resume plans and sends it", async () => {
    const { engine, id, time, sender } = await draftAt();
    await engine.campaigns.schedule(id, { at: at(START + 1) });
    time.now += 24 * 60 * MINUTE_MS;
    await engine.work.schedule();
    const missed = await engine.campaigns.get(id);
    expect(missed).toMatchObject({ status: "paused", reason: "missed_schedule" });
    expect(missed.history.at(-1)).toMatchObject({ to: "paused", by: "clock", why: expect.stringContaining("60 minutes") });
    await runCampaigns(engine);
    expect(sender.calls).toEqual([]);
    expect(await engine.campaigns.resume(id)).toMatchObject({ status: "planning", audience: { asOf: at(time.now) } });
    await runCampaigns(engine);
    expect(sender.calls.flat()).toHaveLength(3);
  });

  it("whose segment was deleted fails with the reason, and both moves are in its history", async () => {
    const { engine, id, time } = await draftAt();
    await engine.campaigns.schedule(id, { at: at(START + 1) });
    await loseSegment(engine, id);
    time.now += 10;
    expect(await engine.work.schedule()).toBe(true);
    const { status, reason, history } = await engine.campaigns.get(id);
    expect([status, (await storedCampaign(engine, id)).version]).toEqual(["failed", 3]);
    expect(reason).toContain("was deleted");
    expect(history.map(({ from, to, by }) => [from, to, by])).toEqual([
      ["draft", "scheduled", "user"],
      ["scheduled", "planning", "clock"],
      ["planning", "failed", "engine"],
    ]);
    await expect(engine.campaigns.resume(id)).rejects.toMatchObject({ code: "invalid" });
    expect(await engine.campaigns.cancel(id)).toMatchObject({ status: "cancelled" });
  });

  it("can be cancelled, and then does not start", async () => {
    const { engine, id, time } = await draftAt();
    await engine.campaigns.schedule(id, { at: at(START + 1) });
    const cancelled = await engine.campaigns.cancel(id);
    expect(cancelled.status).toBe("cancelled");
    expect(cancelled).not.toHaveProperty("schedule");
    time.now += 10;
    expect(await engine.work.schedule()).toBe(false);
    expect(await engine.campaigns.cancel(id)).toEqual(cancelled);
  });

  it("starts at its very moment, and is left alone by an engine that can't send", async () => {
    const store = memoryStore();
    const { engine, id, time } = await draftAt(START, { store });
    await engine.campaigns.schedule(id, { at: at(START + 1) });
    time.now += 1;
    expect(await memoryEngine({ store, clock: () => time.now }).work.schedule()).toBe(false);
    expect(await engine.campaigns.get(id)).toMatchObject({ status: "scheduled" });
    expect(await engine.work.schedule()).toBe(true);
    expect(await engine.campaigns.get(id)).toMatchObject({ status: "planning", audience: { asOf: at(START + 1) } });
  });

  it.each<[string, (engine: Engine, id: string) => Promise<unknown>]>([
    ["cancelled", (engine, id) => engine.campaigns.cancel(id)],
    ["unscheduled", (engine, id) => engine.campaigns.unschedule(id)],
    ["launched", (engine, id) => engine.campaigns.unschedule(id).then(() => engine.campaigns.launch(id))],
    ["deleted", (engine, id) => engine.campaigns.unschedule(id).then(() => engine.campaigns.delete(id))],
    [
      "put off",
      (engine, id) =>
        engine.campaigns.unschedule(id).then(() => engine.campaigns.schedule(id, { at: at(START + 2 * MINUTE_MS) })),
    ],
  ])("that was %s since it was found due is left as it is", async (_, move) => {
    const store = memoryStore();
    const findScheduled: typeof store.campaigns.findScheduled = async (now, page) => {
      const due = await store.campaigns.findScheduled(now, page);
      await move(engine, id);
      return due;
    };
    const changing = { ...store, campaigns: { ...store.campaigns, findScheduled } };
    const { engine, id, time } = await draftAt(START, { store: changing });
    await engine.campaigns.schedule(id, { at: at(START + 1) });
    time.now += MINUTE_MS;
    expect(await engine.work.schedule()).toBe(false);
  });

  it("is not looked for any more once the store was closed", async () => {
    const store = memoryStore();
    const asked: string[] = [];
    const get = async (campaignId: string) => {
      asked.push(campaignId);
      await store.close();
      return store.campaigns.get(campaignId);
    };
    const { engine, id, time } = await draftAt(START, { store });
    for (const campaign of [id, await draftToAll(engine)]) await engine.campaigns.schedule(campaign, { at: at(START + 1) });
    const closing = { ...store, campaigns: { ...store.campaigns, get } };
    time.now += 10;
    const other = memoryEngine({ store: closing, sender: recordingSender(), clock: () => time.now });
    await expect(other.work.schedule()).rejects.toMatchObject({ code: "closed" });
    expect(asked).toHaveLength(1);
  });

  it("that can't be started now does not hold up the next", async () => {
    const store = memoryStore();
    let broken = "";
    const get = async (segmentId: string) => {
      if (segmentId === broken) throw new Error("away");
      return store.segments.get(segmentId);
    };
    const { engine, id, time } = await draftAt(START, { store: { ...store, segments: { ...store.segments, get } } });
    const second = await draftToAll(engine);
    for (const campaign of [id, second]) await engine.campaigns.schedule(campaign, { at: at(START + 1) });
    broken = (await engine.campaigns.get(id)).segmentIds[0] ?? "";
    time.now += 10;
    await expect(engine.work.schedule()).rejects.toThrow("away");
    expect(await engine.campaigns.get(second)).toMatchObject({ status: "planning" });
    expect(await engine.campaigns.get(id)).toMatchObject({ status: "scheduled" });
  });
});
