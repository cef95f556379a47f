import { expect, it } from "vitest";
import { draftToAll, engineWith, people, recordingSender, runCampaigns } from "../../engine.fixture.js";
import { memoryStore } from "../../memory/index.js";

const NOW = Date.UTC(2026, 5, 15, 12);
const DAY_MS = 86_400_000;

it("shows customers, orders and deliveries of the last days beside as many before, campaigns and segments", async () => {
  let now = NOW;
  const engine = await engineWith(people(3), recordingSender(), { store: memoryStore({ now: () => now }), clock: () => now });
  const first = await draftToAll(engine);
  await engine.campaigns.launch(first);
  await runCampaigns(engine);
  await engine.ingest.orders([{ id: "o1", customerId: "p0000", amount: 5, placedAt: "2026-06-15T10:00:00Z" }]);
  now += 2 * DAY_MS;
  await engine.receipts.accept([{ messageId: `${first}:p0001`, status: "complained" }]);
  await engine.ingest.orders([{ id: "o2", customerId: "p0000", amount: "0.5", placedAt: "2026-06-17T10:00:00Z" }]);
  await engine.workOff();
  while (await engine.work.mend());
  const second = await draftToAll(engine);
  await engine.campaigns.launch(second);
  await engine.work.plan(new AbortController().signal);
  const third = await draftToAll(engine);
  await engine.campaigns.schedule(third, { at: "2026-06-20T08:00:00Z" });

  const seen = await engine.dashboard({ days: 2 });
  expect(seen).toMatchObject({ complete: true, timeZone: "UTC", currency: "USD", customers: { count: 3 } });
  expect(seen.orders.totals).toMatchObject({ from: "2026-06-16", to: "2026-06-18", revenue: 0.5, returningCustomers: 1 });
  expect(seen.orders.before.totals).toMatchObject({ from: "2026-06-14", revenue: 5, newCustomers: 1 });
  expect(seen.orders.days.map(({ from, revenue }) => [from, revenue])).toEqual([
    ["2026-06-16", 0],
    ["2026-06-17", 0.5],
  ]);
  expect(seen.deliveries).toMatchObject({
    totals: { sent: 0, delivered: 1, complained: 1 },
    days: [{ day: "2026-06-16" }, { day: "2026-06-17", complained: 1 }],
    before: {
      totals: { sent: 3 },
      days: [
        { day: "2026-06-14", sent: 0 },
        { day: "2026-06-15", sent: 3 },
      ],
    },
    complaints: { count: 1, base: 1, rate: 1 },
  });
  expect(seen.campaigns.active).toBe(1);
  expect(seen.campaigns.running).toMatchObject([{ id: second, status: "running", counts: { total: 3, pending: 3 } }]);
  expect(seen.campaigns.scheduled).toMatchObject([{ id: third, scheduledAt: "2026-06-20T08:00:00.000Z" }]);
  expect(seen.campaigns.scheduled[0]).not.toHaveProperty("counts");
  expect(seen.campaigns.recent).toMatchObject([{ id: first, counts: { total: 3, sent: 2, delivered: 1 } }]);
  expect(seen.segments).toHaveLength(3);
  expect(seen.needsHand).toEqual(await engine.health.findings());
  expect(seen.needsHand.map(({ code }) => code)).toContain("no_worker");
});

it("is of 1 to 200 days", async () => {
  const engine = await engineWith([]);
  expect((await engine.dashboard()).orders.days).toHaveLength(30);
  await expect(engine.dashboard({ days: 0 })).rejects.toThrow("days: must be a whole number from 1 to 200");
});

it("shows the first customer at the next look", async () => {
  const engine = await engineWith([], recordingSender());
  expect((await engine.dashboard()).customers).toEqual({ count: 0 });
  await engine.ingest.customers(people(1));
  await engine.workOff();
  await expect.poll(async () => (await engine.dashboard()).customers, { timeout: 2_000 }).toEqual({ count: 1 });
});
