import { describe, expect, it } from "vitest";
import { engineWith, type MemoryEngine, memoryEngine, people } from "../../engine.fixture.js";
import { memoryStore } from "../../memory/index.js";
import type { Store } from "../../ports/index.js";
import type { Rule } from "../../query/language/rule.js";
import { sleep } from "../sleep.js";

const NOW = Date.UTC(2026, 5, 15, 12);
const DAY_MS = 86_400_000;
const daysAgo = (days: number): string => new Date(NOW - days * DAY_MS).toISOString();
const item = (sku: string, quantity: number, price: number, name = sku.toUpperCase()) => ({ sku, quantity, price, name });
const BUYERS: Rule = { field: "orderCount", op: "gte", value: 2 };
const RECENT: Rule = { field: "lastOrderAt", op: "inLast", value: { days: 30 } };

/** Of five, one never bought, and one gave back more than it bought. */
async function shop(store: Store = memoryStore()): Promise<MemoryEngine> {
  const engine = await engineWith(people(5), undefined, { store, clock: () => NOW, currency: "EUR" });
  await engine.ingest.orders([
    { id: "o1", customerId: "p0000", amount: 10, placedAt: daysAgo(100), items: [item("a", 2, 5)] },
    { id: "o2", customerId: "p0000", amount: 30.5, placedAt: daysAgo(3), items: [item("b", 1, 30.5, "Bee")] },
    { id: "o3", customerId: "p0001", amount: 99.99, placedAt: daysAgo(30), items: [item("c", 3, 33.33)] },
    { id: "o4", customerId: "p0001", amount: 20, placedAt: daysAgo(400), items: [item("a", 4, 5)] },
    { id: "o5", customerId: "p0002", amount: 5, placedAt: daysAgo(31), items: [item("a", 1, 5)] },
    { id: "o6", customerId: "p0002", amount: 8, placedAt: daysAgo(1), type: "refund", items: [item("b", 1, 8, "Bee")] },
    { id: "o7", customerId: "p0003", amount: 1, placedAt: daysAgo(-2), items: [] },
  ]);
  await engine.workOff();
  while (await engine.work.mend());
  return engine;
}

async function segmentOf(engine: MemoryEngine, rule: Rule, name = "Segment"): Promise<string> {
  return (await engine.segments.create({ name, rule })).id;
}

describe("a segment's analytics", () => {
  it("say who is in it, beside everyone", async () => {
    const engine = await shop();
    const id = await segmentOf(engine, BUYERS, "Buyers");
    expect(await engine.segments.analytics(id)).toEqual({
      asOf: new Date(NOW).toISOString(),
      timeZone: "UTC",
      currency: "EUR",
      segment: { id, name: "Buyers", version: 1 },
      customers: { segment: 2, everyone: 5 },
      spend: { segment: 160.49, everyone: 158.49 },
      averageSpend: { segment: 80.24, everyone: 31.7 },
      distributions: {
        totalSpend: [
          { to: 0, segment: 0, everyone: 1 },
          { from: 0, to: 0.01, segment: 0, everyone: 1 },
          { from: 0.01, to: 1, segment: 0, everyone: 0 },
          { from: 1, to: 2, segment: 0, everyone: 1 },
          { from: 2, to: 5, segment: 0, everyone: 0 },
          { from: 5, to: 10, segment: 0, everyone: 0 },
          { from: 10, to: 20, segment: 0, everyone: 0 },
          { from: 20, to: 50, segment: 1, everyone: 1 },
          { from: 50, to: 100, segment: 0, everyone: 0 },
          { from: 100, to: 200, segment: 1, everyone: 1 },
        ],
        orderCount: [
          { to: 1, segment: 0, everyone: 1 },
          { from: 1, to: 2, segment: 0, everyone: 2 },
          { from: 2, to: 3, segment: 2, everyone: 2 },
        ],
        daysSinceLastOrder: {
          buckets: [
            { to: 0, segment: 0, everyone: 1 },
            { from: 0, to: 7, segment: 1, everyone: 1 },
            { from: 7, to: 30, segment: 1, everyone: 1 },
            { from: 30, to: 60, segment: 0, everyone: 1 },
          ],
          never: { segment: 0, everyone: 1 },
        },
        daysSinceFirstOrder: {
          buckets: [
            { to: 0, segment: 0, everyone: 1 },
            { from: 0, to: 7, segment: 0, everyone: 0 },
            { from: 7, to: 30, segment: 0, everyone: 0 },
            { from: 30, to: 60, segment: 0, everyone: 1 },
            { from: 60, to: 90, segment: 0, everyone: 0 },
            { from: 90, to: 180, segment: 1, everyone: 1 },
            { from: 180, to: 365, segment: 0, everyone: 0 },
            { from: 365, to: 730, segment: 1, everyone: 1 },
          ],
          never: { segment: 0, everyone: 1 },
        },
      },
      topProducts: [
        {
          sku: "c",
          name: "C",
          segment: { quantity: 3, revenue: 99.99, share: 0.623029 },
          everyone: { quantity: 3, revenue: 99.99, share: 0.630892 },
        },
        {
          sku: "b",
          name: "Bee",
          segment: { quantity: 1, revenue: 30.5, share: 0.190043 },
          everyone: { quantity: 0, revenue: 22.5, share: 0.141965 },
        },
        {
          sku: "a",
          name: "A",
          segment: { quantity: 6, revenue: 30, share: 0.186928 },
          everyone: { quantity: 7, revenue: 35, share: 0.220834 },
        },
      ],
      usedBy: { campaigns: { total: 0, items: [] }, segments: { total: 0, items: [] } },
    });
  });

  it("count days as rules do, so that a bucket's customers can be selected", async () => {
    const engine = await shop();
    const { buckets } = (await engine.segments.analytics(await segmentOf(engine, RECENT))).distributions.daysSinceLastOrder;
    expect(buckets).toEqual([
      { to: 0, segment: 0, everyone: 1 },
      { from: 0, to: 7, segment: 1, everyone: 1 },
      { from: 7, to: 30, segment: 1, everyone: 1 },
      { from: 30, to: 60, segment: 0, everyone: 1 },
    ]);
    const later = await engine.segments.analytics(await segmentOf(engine, RECENT), { asOf: daysAgo(-4) });
    expect(later.asOf).toBe(daysAgo(-4));
    expect(later.customers.segment).toBe(2);
    expect(later.distributions.daysSinceLastOrder.buckets).toEqual([
      { from: 0, to: 7, segment: 2, everyone: 2 },
      { from: 7, to: 30, segment: 0, everyone: 0 },
      { from: 30, to: 60, segment: 0, everyone: 2 },
    ]);
  });

  it("are all there of a segment of nobody, and of a store without customers", async () => {
    const engine = await shop();
    const nobody = await engine.segments.analytics(await segmentOf(engine, { any: [] }));
    expect(nobody).toMatchObject({
      customers: { segment: 0, everyone: 5 },
      spend: { segment: 0, everyone: 158.49 },
      averageSpend: { segment: null, everyone: 31.7 },
      topProducts: [],
    });
    const empty = memoryEngine({ clock: () => NOW });
    const { distributions } = await empty.segments.analytics(await segmentOf(empty, { all: [] }));
    expect(distributions).toEqual({
      totalSpend: [],
      orderCount: [],
      daysSinceLastOrder: { buckets: [], never: { segment: 0, everyone: 0 } },
      daysSinceFirstOrder: { buckets: [], never: { segment: 0, everyone: 0 } },
    });
  });

  it("count who is in another segment too, each in its own zone", async () => {
    const engine = await shop();
    const day = { field: "lastOrderAt", op: "on", value: daysAgo(3).slice(0, 10) } as const;
    const [one, other] = [
      await engine.segments.create({ name: "Here", rule: day }),
      await engine.segments.create({ name: "Far", rule: day, timeZone: "Pacific/Kiritimati" }),
    ];
    const own = await segmentOf(engine, BUYERS);
    const overlapOf = async (id: string, to: string) => (await engine.segments.analytics(id, { with: to })).overlap;
    expect(await overlapOf(own, one.id)).toEqual({
      with: { id: one.id, name: "Here", version: 1 },
      ...{ segment: 2, other: 1, both: 1 },
    });
    expect(await overlapOf(own, other.id)).toMatchObject({ other: 0, both: 0 });
    expect(await overlapOf(one.id, other.id)).toMatchObject({ segment: 1, other: 0, both: 0 });
    expect(await overlapOf(own, own)).toMatchObject({ segment: 2, other: 2, both: 2 });
    expect((await engine.segments.analytics(other.id)).timeZone).toBe("Pacific/Kiritimati");
  });

  it("name the campaigns and segments that use it, the newest of many", async () => {
    const engine = await shop();
    const id = await segmentOf(engine, BUYERS);
    const user = await segmentOf(engine, { any: [{ segment: id }, RECENT] }, "User");
    const message = { channel: "email", subject: "Hi", body: "Hi" } as const;
    const input = { name: "Draft", segmentId: user, message };
    const excluding = await engine.campaigns.create({ ...input, name: "Excluding", excludeSegmentIds: [id] });
    await engine.campaigns.create({ ...input, name: "Another" });
    const running = await engine.campaigns.create({ ...input, name: "Running", segmentId: id });
    await engine.campaigns.launch(running.id);
    await engine.work.plan(new AbortController().signal);
    expect((await engine.segments.analytics(id)).usedBy).toEqual({
      campaigns: {
        total: 2,
        items: [
          { id: running.id, name: "Running", status: "running" },
          { id: excluding.id, name: "Excluding", status: "draft" },
        ],
      },
      segments: { total: 1, items: [{ id: user, name: "User" }] },
    });
    for (let more = 0; more < 25; more++) await engine.campaigns.create({ ...input, name: `More ${more}`, segmentId: id });
    const { campaigns } = (await engine.segments.analytics(id)).usedBy;
    expect([campaigns.total, campaigns.items.length, campaigns.items[0]?.name]).toEqual([27, 20, "More 24"]);
    await engine.campaigns.cancel(running.id);
    await engine.work.sweep();
    expect((await engine.segments.analytics(id)).usedBy.campaigns.total).toBe(26);
  });

  it("are refused of what is not there, and for a time that is none", async () => {
    const engine = await shop();
    const id = await segmentOf(engine, BUYERS);
    await expect(engine.segments.analytics("nothing")).rejects.toMatchObject({ code: "not_found" });
    const path = (name: string) => ({ code: "invalid", details: { issues: [expect.objectContaining({ path: name })] } });
    await expect(engine.segments.analytics(id, { with: "nothing" })).rejects.toMatchObject(path("with"));
    await expect(engine.segments.analytics(id, { asOf: "soon" })).rejects.toMatchObject(path("asOf"));
    for (const asOf of ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]) {
      expect((await engine.segments.analytics(id, { asOf })).customers.everyone).toBe(5);
    }
  });
});

/** A store whose profiles take as long as they are told to, unless they are stopped. */
function slowStore() {
  const store = memoryStore();
  const log = { begun: 0, stopped: 0, takesMs: 0 };
  const slow: Store = {
    ...store,
    customers: {
      ...store.customers,
      profile: async (condition, bounds, options = {}) => {
        log.begun += 1;
        await sleep(log.takesMs, options.signal);
        if (options.signal?.aborted) log.stopped += 1;
        options.signal?.throwIfAborted();
        return store.customers.profile(condition, bounds);
      },
    },
  };
  return { slow, log };
}

describe("segment analytics that take long", () => {
  it("are computed once for all who ask the same at once", async () => {
    const { slow, log } = slowStore();
    const engine = await shop(slow);
    const [id, other] = [await segmentOf(engine, BUYERS), await segmentOf(engine, RECENT)];
    log.takesMs = 20;
    const [first, ...others] = await Promise.all(Array.from({ length: 5 }, () => engine.segments.analytics(id)));
    for (const answer of others) expect(answer).toEqual(first);
    expect(log.begun).toBe(2);
    await Promise.all([
      engine.segments.analytics(id),
      engine.segments.analytics(other),
      engine.segments.analytics(id, { with: other }),
      engine.segments.analytics(id, { asOf: daysAgo(1) }),
    ]);
    expect(log.begun).toBe(2 + 8);
  });

  it("are stopped when nobody waits for them any more", async () => {
    const { slow, log } = slowStore();
    const engine = await shop(slow);
    const id = await segmentOf(engine, BUYERS);
    log.takesMs = 60_000;
    const [one, two] = [new AbortController(), new AbortController()];
    const answers = [one, two].map(({ signal }) =>
      engine.segments.analytics(id, {}, { signal }).catch((error: unknown) => error),
    );
    await sleep(20, one.signal);
    one.abort(new Error("the first"));
    expect(await answers[0]).toMatchObject({ message: "the first" });
    expect(log.stopped).toBe(0);
    two.abort(new Error("the second"));
    expect(await answers[1]).toMatchObject({ message: "the second" });
    await sleep(20, new AbortController().signal);
    expect(log).toMatchObject({ begun: 1, stopped: 1 });
  });

  it("are unavailable past their limit, and say what to do", async () => {
    const { slow, log } = slowStore();
    const engine = await engineWith(people(1), undefined, { store: slow, clock: () => NOW, analyticsTimeoutMs: 500 });
    const id = await segmentOf(engine, BUYERS);
    log.takesMs = 60_000;
    await expect(engine.segments.analytics(id)).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("within 500 ms"),
    });
    expect(log).toMatchObject({ begun: 1, stopped: 1 });
    log.takesMs = 0;
    expect((await engine.segments.analytics(id)).customers).toEqual({ segment: 0, everyone: 1 });
  });
});
