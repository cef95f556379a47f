import { describe, expect, it } from "vitest";
import { memoryEngine, people } from "./engine.fixture.js";

const NOW = Date.UTC(2026, 2, 10, 12);
const recent = { not: { field: "lastVisitAt", op: "inLast", value: { months: 1 } } };

async function engineWithVisits(clock = () => NOW) {
  const engine = memoryEngine({ clock, timeZone: "Europe/London" });
  await engine.ingest.customers([
    { id: "now", lastVisitAt: "2026-03-01T00:00:00Z" },
    { id: "then", lastVisitAt: "2026-01-01T00:00:00Z" },
    { id: "never" },
  ]);
  await engine.workOff();
  return engine;
}

describe("segments", () => {
  it("estimate, members and explain agree, and people who never visited are not recent visitors", async () => {
    const engine = await engineWithVisits();
    const segment = await engine.segments.create({ name: "Away", rule: recent });
    const estimate = await engine.segments.estimate({ rule: recent });
    expect(estimate).toMatchObject({ count: 2, exact: true });
    expect(estimate.sample.map(({ id }) => id)).toEqual(["never", "then"]);
    const members = await engine.segments.members(segment.id, { limit: 10 });
    expect(members.items.map(({ id }) => id)).toEqual(["never", "then"]);
    for (const [customerId, matches] of [
      ["now", false],
      ["then", true],
      ["never", true],
    ] as const) {
      expect(await engine.segments.explain({ rule: recent, customerId })).toMatchObject({ matches });
    }
  });

  it("asOf moves the clock, not the data", async () => {
    const engine = await engineWithVisits();
    expect(await engine.segments.estimate({ rule: recent, asOf: "2026-01-15T00:00:00Z" })).toMatchObject({ count: 2 });
    expect((await engine.segments.estimate({ rule: recent, asOf: "2026-01-15T00:00:00Z" })).sample.map(({ id }) => id)).toEqual([
      "never",
      "now",
    ]);
    await expect(engine.segments.estimate({ rule: recent, asOf: "soon" })).rejects.toMatchObject({
      code: "invalid",
      details: { issues: [{ path: "asOf" }] },
    });
  });

  it("pages of members share one now, however long the reader takes", async () => {
    let now = NOW;
    const engine = await engineWithVisits(() => now);
    const rule = { field: "lastVisitAt", op: "inLast", value: { days: 80 } };
    const { id } = await engine.segments.create({ name: "Seen", rule });
    const first = await engine.segments.members(id, { limit: 1 });
    expect(first.items.map((customer) => customer.id)).toEqual(["now"]);
    now += 365 * 86_400_000;
    const second = await engine.segments.members(id, { limit: 10, cursor: first.nextCursor ?? "" });
    expect(second.items.map((customer) => customer.id)).toEqual(["then"]);
    await expect(engine.segments.members(id, { limit: 1, cursor: "nonsense" })).rejects.toMatchObject({ code: "invalid" });
  });

  it("refuses a wrong rule with the place of each fault, and stores nothing", async () => {
    const engine = memoryEngine();
    const wrong = { all: [{ field: "totalSpend", op: "startsWith", value: "1" }] };
    await expect(engine.segments.create({ name: " ", rule: wrong })).rejects.toMatchObject({
      code: "invalid",
      details: {
        issues: expect.arrayContaining([
          expect.objectContaining({ path: "name" }),
          expect.objectContaining({ path: "rule.all.0.op" }),
        ]),
      },
    });
    expect((await engine.segments.list({ limit: 10 })).items).toEqual([]);
  });

  it("changes raise the version, and a launched campaign keeps the rule it was launched with", async () => {
    const engine = memoryEngine();
    const created = await engine.segments.create({ name: "A", rule: { all: [] } });
    const updated = await engine.segments.update(created.id, { name: "B", rule: { any: [] } });
    expect(updated).toMatchObject({ name: "B", version: 2, createdAt: created.createdAt });
    await engine.segments.delete(created.id);
    await expect(engine.segments.get(created.id)).rejects.toMatchObject({ code: "not_found" });
    await expect(engine.segments.delete(created.id)).rejects.toMatchObject({ code: "not_found" });
  });

  it("sees totals as soon as the batch of orders is completed", async () => {
    const engine = memoryEngine();
    await engine.ingest.customers(people(3));
    await engine.ingest.orders([
      { id: "o1", customerId: "p0000", amount: "10000.01", placedAt: "2026-01-01" },
      { id: "o2", customerId: "p0001", amount: "10000", placedAt: "2026-01-01" },
      { id: "o3", customerId: "p0000", type: "refund", amount: "0.01", placedAt: "2026-01-02" },
    ]);
    await engine.workOff();
    expect(await engine.segments.estimate({ rule: { field: "totalSpend", op: "gte", value: 10_000 } })).toMatchObject({
      count: 2,
    });
    expect(await engine.segments.estimate({ rule: { field: "totalSpend", op: "gt", value: 10_000 } })).toMatchObject({
      count: 0,
    });
  });
});
