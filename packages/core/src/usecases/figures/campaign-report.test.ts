import { describe, expect, it } from "vitest";
import { draftToAll, engineWith, people, recordingSender, runCampaigns } from "../../engine.fixture.js";
import { memoryStore } from "../../memory/index.js";
import type { CampaignReport } from "../../view/figures/campaign-report.js";

const NOW = Date.UTC(2026, 5, 15, 12);
const DAY_MS = 86_400_000;

/** Four people, to one of whom the vendor refuses to send; the clock goes on as it is told to. */
async function scene() {
  let now = NOW;
  const store = memoryStore({ now: () => now });
  let counted = 0;
  const { stats, ...others } = store.communications;
  Object.assign(store, {
    communications: {
      ...others,
      stats: (id: string) => {
        counted += 1;
        return stats(id);
      },
    },
  });
  const sender = recordingSender(({ customerId }) =>
    customerId === "p0003" ? { status: "rejected", reason: "no such user" } : { status: "accepted" },
  );
  const engine = await engineWith(people(4), sender, { store, clock: () => now });
  const id = await draftToAll(engine);
  await engine.campaigns.launch(id);
  await runCampaigns(engine);
  const tell = async (customer: string, status: "delivered" | "opened" | "complained" | "bounced", at = now) => {
    await engine.receipts.accept([{ messageId: `${id}:${customer}`, status, occurredAt: new Date(at).toISOString() }]);
    await engine.workOff();
  };
  const buy = async (order: object) => {
    await engine.ingest.orders([{ id: "o1", customerId: "p0000", amount: 5, ...order } as never]);
    await engine.workOff();
    while (await engine.work.mend());
  };
  const pass = (ms: number) => {
    now += ms;
  };
  return { engine, id, tell, buy, pass, counted: () => counted };
}

function stageOf({ funnel }: CampaignReport, stage: string) {
  return funnel.find((one) => one.stage === stage);
}

describe("a campaign's report", () => {
  it("has a funnel in which each stage says what it is a part of, and no rate is above one", async () => {
    const { engine, id, tell } = await scene();
    await tell("p0000", "opened");
    await tell("p0001", "delivered");
    await tell("p0001", "complained");
    await tell("p0000", "bounced");
    const report = await engine.campaigns.report(id);
    expect(stageOf(report, "sent")).toEqual({ stage: "sent", count: 3, of: "recipients", base: 4, rate: 0.75 });
    expect(stageOf(report, "failed")).toMatchObject({ count: 1, base: 4 });
    expect(stageOf(report, "bounced")).toMatchObject({ count: 1, of: "sent", base: 3 });
    expect(stageOf(report, "delivered")).toMatchObject({ count: 1, of: "sent", base: 3 });
    expect(stageOf(report, "opened")).toMatchObject({ count: 1, of: "sent", base: 3 });
    expect(report.funnel.every(({ rate }) => rate === null || (rate >= 0 && rate <= 1))).toBe(true);
    expect(report.failedBy).toEqual([{ reason: "no such user", count: 1, exampleId: `${id}:p0003` }]);
    expect(report.campaign).toMatchObject({ status: "completed", startedAt: "2026-06-15T12:00:00.000Z" });
  });

  it("counts what was seen on each day", async () => {
    const { engine, id, tell, pass } = await scene();
    await tell("p0000", "delivered");
    pass(DAY_MS);
    await tell("p0001", "complained");
    const { days } = await engine.campaigns.report(id);
    expect(days).toMatchObject([
      { day: "2026-06-15", sent: 3, failed: 1, delivered: 1, complained: 0 },
      { day: "2026-06-16", sent: 0, failed: 0, delivered: 1, complained: 1 },
    ]);
  });

  it("counts its recipients' orders in a time from its start on, beside as long a time before", async () => {
    const { engine, id, buy, pass } = await scene();
    await buy({ placedAt: "2026-06-15T12:00:00Z" });
    await buy({ id: "o2", placedAt: "2026-06-14T12:00:00Z", amount: 3 });
    await buy({ id: "o3", customerId: "p0003", placedAt: "2026-06-15T13:00:00Z" });
    const { audienceOrders } = await engine.campaigns.report(id, { windowDays: 2 });
    expect(audienceOrders).toMatchObject({
      windowDays: 2,
      after: { to: "2026-06-17T12:00:00.000Z", complete: false, customers: 1, purchases: 1, revenue: 5 },
      before: { from: "2026-06-13T12:00:00.000Z", complete: true, customers: 1, revenue: 3 },
    });
    pass(2 * DAY_MS);
    await buy({ id: "o4", customerId: "p0001", placedAt: "2026-06-16T12:00:00Z", amount: 0.5 });
    const later = (await engine.campaigns.report(id, { windowDays: 2 })).audienceOrders;
    expect(later?.after).toMatchObject({ complete: true, customers: 2, purchases: 2, revenue: 5.5 });
  });

  it("was counted by a worker when the campaign had ended", async () => {
    const { engine, id, counted } = await scene();
    await engine.work.mend();
    const before = counted();
    expect(before).toBeGreaterThan(0);
    await engine.work.mend();
    await engine.campaigns.report(id);
    expect(counted()).toBe(before);
  });

  it("is kept while the campaign is paused, and not when it went on", async () => {
    const { engine, counted } = await scene();
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    await engine.work.plan(new AbortController().signal);
    await engine.campaigns.pause(id);
    expect(await engine.campaigns.stats(id)).toMatchObject({ pending: 4 });
    const before = counted();
    await engine.campaigns.stats(id);
    await engine.campaigns.report(id);
    expect(counted()).toBe(before);
    await engine.campaigns.resume(id);
    await runCampaigns(engine);
    expect(await engine.campaigns.stats(id)).toMatchObject({ pending: 0, sent: 3, failed: 1 });
  });

  it("is not counted again until something settles or reopens a row of it", async () => {
    const { engine, id, tell, counted } = await scene();
    await engine.campaigns.report(id);
    const before = counted();
    await engine.campaigns.report(id);
    await engine.campaigns.stats(id);
    expect(counted()).toBe(before);
    await tell("p0002", "delivered");
    expect(await engine.campaigns.stats(id)).toMatchObject({ sent: 2, delivered: 1 });
    expect(counted()).toBe(before + 1);
    await engine.campaigns.retryFailed(id);
    expect(await engine.campaigns.stats(id)).toMatchObject({ failed: 0, pending: 1 });
  });

  it.each([0, 1.5, 91])("refuses a window of %f days", async (windowDays) => {
    const { engine, id } = await scene();
    await expect(engine.campaigns.report(id, { windowDays })).rejects.toThrow("windowDays: must be a whole number");
  });
});
