import { describe, expect, it } from "vitest";
import { draftToAll, engineWith, people, recordingSender, runCampaigns, storedCampaign } from "../../engine.fixture.js";
import { memoryQueue, memoryStore } from "../../memory/index.js";

const never = new AbortController().signal;

describe("pause, resume and cancel", () => {
  it("a pause stops after the call under way, and resuming sends the rest once", async () => {
    let pause: (() => Promise<unknown>) | undefined;
    const sender = recordingSender(
      async () => {
        await pause?.();
        return { status: "accepted" };
      },
      { maxBatch: 10 },
    );
    const engine = await engineWith(people(55), sender);
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    await engine.work.plan(never);
    pause = () => engine.campaigns.pause(id);
    await runCampaigns(engine);
    pause = undefined;
    expect(sender.calls).toHaveLength(1);
    expect(await engine.campaigns.stats(id)).toMatchObject({ sent: 10, pending: 45 });
    expect(await engine.campaigns.pause(id)).toMatchObject({ status: "paused" });
    expect(await engine.campaigns.resume(id)).toMatchObject({ status: "running" });
    await runCampaigns(engine);
    expect(new Set(sender.calls.flat().map((message) => message.id)).size).toBe(55);
    expect(sender.calls.flat()).toHaveLength(55);
    expect(await engine.campaigns.get(id)).toMatchObject({ status: "completed" });
  });

  it("paused while planning, goes on planning and plans nobody twice", async () => {
    const engine = await engineWith(people(30));
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    await engine.campaigns.pause(id);
    expect(await engine.work.plan(never)).toBe(false);
    expect(await engine.campaigns.resume(id)).toMatchObject({ status: "planning" });
    await runCampaigns(engine);
    expect(await engine.campaigns.stats(id)).toMatchObject({ total: 30, sent: 30 });
  });

  it("a cancel skips what is pending, with its reason, and sends no more", async () => {
    const sender = recordingSender();
    const engine = await engineWith(people(40), sender);
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    await engine.work.plan(never);
    expect(await engine.campaigns.cancel(id)).toMatchObject({ status: "cancelled" });
    await runCampaigns(engine);
    expect(sender.calls).toEqual([]);
    expect(await engine.campaigns.stats(id)).toMatchObject({ skipped: 40, skippedBy: { campaign_cancelled: 40 } });
    expect(await engine.campaigns.cancel(id)).toMatchObject({ status: "cancelled" });
    await expect(engine.campaigns.resume(id)).rejects.toMatchObject({ code: "conflict", details: { status: "cancelled" } });
  });

  it("the sweeper finishes a cancellation whose caller died half-way", async () => {
    const store = memoryStore();
    const engine = await engineWith(people(5), recordingSender(), { store, queue: memoryQueue() });
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    await engine.work.plan(never);
    const campaign = await storedCampaign(engine, id);
    await store.campaigns.replace(
      { ...campaign, status: "cancelled", unsettled: true, version: campaign.version + 1 },
      campaign.version,
    );
    await engine.work.sweep();
    expect(await engine.campaigns.stats(id)).toMatchObject({ skipped: 5, pending: 0 });
    expect(await store.campaigns.findUnsettled({ limit: 10 })).toMatchObject({ items: [] });
  });
});
