import { describe, expect, it } from "vitest";
import { draftToAll, memoryEngine, people, recordingSender, runCampaigns } from "../../engine.fixture.js";
import { memoryQueue, memoryStore } from "../../memory/index.js";
import type { Store } from "../../ports/index.js";
import type { SendResult } from "../../ports/sender.js";

const never = new AbortController().signal;

/** A planned campaign whose n-th result (from 0) is as told. */
async function campaignOf(
  count: number,
  resultOf: (index: number) => Omit<SendResult, "id">,
  afterRecord: (kept: number) => Promise<void> = async () => undefined,
) {
  let now = 1_700_000_000_000;
  let index = 0;
  const sender = recordingSender(() => resultOf(index++), { maxBatch: 50 });
  const memory = memoryStore({ now: () => now });
  const record: Store["outcomes"]["record"] = async (...noted) => {
    const seen = await memory.outcomes.record(...noted);
    await afterRecord(seen.kept);
    return seen;
  };
  const store: Store = { ...memory, outcomes: { record } };
  const engine = memoryEngine({ sender, batchSize: 50, maxAttempts: 8, store, queue: memoryQueue(), clock: () => now });
  await engine.ingest.customers(people(count));
  await engine.workOff();
  const id = await draftToAll(engine);
  await engine.campaigns.launch(id);
  await engine.work.plan(never);
  const later = (ms: number) => {
    now += ms;
  };
  return { engine, id, later };
}

const rejectedWhere = (fails: (index: number) => boolean) => (index: number) =>
  fails(index) ? ({ status: "rejected", reason: "no such mailbox" } as const) : ({ status: "accepted" } as const);

describe("error_rate", () => {
  it("pauses a campaign when more than half of 200 results failed, and says how many", async () => {
    const { engine, id } = await campaignOf(
      400,
      rejectedWhere((index) => index < 101),
    );
    await runCampaigns(engine);
    const campaign = await engine.campaigns.get(id);
    expect(campaign).toMatchObject({ status: "paused", reason: "error_rate" });
    expect(campaign.history.at(-1)).toMatchObject({ by: "engine", why: "the vendor rejected 101 of the last 200 messages" });
    expect(await engine.campaigns.stats(id)).toMatchObject({ sent: 99, failed: 101, pending: 200 });
  });

  it("does not when exactly half failed, nor before there are 200", async () => {
    const half = await campaignOf(
      400,
      rejectedWhere((index) => index < 100),
    );
    await runCampaigns(half.engine);
    expect(await half.engine.campaigns.get(half.id)).toMatchObject({ status: "completed" });
    const few = await campaignOf(
      199,
      rejectedWhere(() => true),
    );
    await runCampaigns(few.engine);
    expect(await few.engine.campaigns.stats(few.id)).toMatchObject({ failed: 199 });
    expect(await few.engine.campaigns.get(few.id)).toMatchObject({ status: "completed" });
  });

  it("looks at the latest 200 only", async () => {
    const { engine, id } = await campaignOf(
      700,
      rejectedWhere((index) => index >= 400),
    );
    await runCampaigns(engine);
    expect(await engine.campaigns.get(id)).toMatchObject({ status: "paused", reason: "error_rate" });
    expect(await engine.campaigns.stats(id)).toMatchObject({ sent: 400, failed: 150, pending: 150 });
  });

  it("needs 200 new results after a resume", async () => {
    const { engine, id } = await campaignOf(
      450,
      rejectedWhere(() => true),
    );
    await runCampaigns(engine);
    expect(await engine.campaigns.stats(id)).toMatchObject({ failed: 200, pending: 250 });
    await engine.campaigns.resume(id);
    await runCampaigns(engine);
    expect(await engine.campaigns.stats(id)).toMatchObject({ failed: 400, pending: 50 });
    await engine.campaigns.resume(id);
    await runCampaigns(engine);
    expect(await engine.campaigns.get(id)).toMatchObject({ status: "completed" });
  });

  it("does not count transient answers, nor messages given up after their last attempt", async () => {
    const { engine, id, later } = await campaignOf(400, (index) =>
      index < 3_000 ? { status: "retry" } : { status: "accepted" },
    );
    for (let turn = 0; turn < 12; turn++) {
      await runCampaigns(engine);
      later(61_000);
    }
    expect(await engine.campaigns.get(id)).toMatchObject({ status: "completed" });
    expect(await engine.campaigns.stats(id)).toMatchObject({ sent: 200, failed: 200 });
  });

  it("does not touch a campaign that was paused and resumed while the call was out", async () => {
    let moved = false;
    const { engine, id } = await campaignOf(
      250,
      rejectedWhere(() => true),
      async (kept) => {
        if (kept < 200 || moved) return;
        moved = true;
        await engine.campaigns.pause(id);
        await engine.campaigns.resume(id);
      },
    );
    await runCampaigns(engine);
    expect(moved).toBe(true);
    expect(await engine.campaigns.get(id)).toMatchObject({ status: "completed" });
    expect(await engine.campaigns.stats(id)).toMatchObject({ failed: 250 });
  });
});
