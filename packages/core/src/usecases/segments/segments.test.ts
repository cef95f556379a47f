import { describe, expect, it } from "vitest";
import { draftToAll, memoryEngine, people, recordingSender, runCampaigns } from "../../engine.fixture.js";
import type { Rule } from "../../query/language/rule.js";
import { countedReads } from "../../testing/counted-reads.fixture.js";

const NOW = Date.UTC(2026, 2, 10, 12);
const recent: Rule = { not: { field: "lastVisitAt", op: "inLast", value: { months: 1 } } };

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
    expect(estimate.sample.map(({ id }) => id).sort()).toEqual(["never", "then"]);
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

  it("estimate and explain read the rule that they are asked about once, each part of it", async () => {
    const engine = await engineWithVisits();
    const { id } = await engine.segments.create({ name: "Away", rule: recent });
    const rule = {
      any: [
        { segment: id },
        { all: [{ not: { field: "attributes.score", op: "between", value: [1, 5] } }, { sample: { percent: 50, seed: "x" } }] },
        { messages: { event: "opened", campaign: "k", within: { days: 7 }, count: { gte: 1 } } },
        { orders: { where: { all: [{ field: "sku", op: "eq", value: "a" }] }, within: { days: 90 }, sum: { gt: "10.50" } } },
      ],
    };
    for (const ask of [
      (json: unknown) => engine.untrusted.segments.estimate({ rule: json }),
      (json: unknown) => engine.untrusted.segments.explain({ rule: json, customerId: "now" }),
    ]) {
      const { json, reads } = countedReads(rule);
      await ask(json);
      expect(new Set(reads())).toEqual(new Set([1]));
    }
  });

  it("asOf moves the clock, not the data", async () => {
    const engine = await engineWithVisits();
    const estimate = await engine.segments.estimate({ rule: recent, asOf: "2026-01-15T00:00:00Z" });
    expect(estimate).toMatchObject({ count: 2 });
    expect(estimate.sample.map(({ id }) => id).sort()).toEqual(["never", "now"]);
    await expect(engine.segments.estimate({ rule: recent, asOf: "soon" })).rejects.toMatchObject({
      code: "invalid",
      details: { issues: [{ path: "asOf" }] },
    });
  });

  it("pages of members share one now, however long the reader takes", async () => {
    let now = NOW;
    const engine = await engineWithVisits(() => now);
    const rule: Rule = { field: "lastVisitAt", op: "inLast", value: { days: 80 } };
    const { id } = await engine.segments.create({ name: "Seen", rule });
    const first = await engine.segments.members(id, { limit: 1 });
    expect(first.items.map((customer) => customer.id)).toEqual(["now"]);
    now += 365 * 86_400_000;
    const second = await engine.segments.members(id, { limit: 10, cursor: first.nextCursor ?? "" });
    expect(second.items.map((customer) => customer.id)).toEqual(["then"]);
    await expect(engine.segments.members(id, { limit: 1, cursor: "nonsense" })).rejects.toMatchObject({ code: "invalid" });
    const rest = first.nextCursor?.replace(/^\d+/, "") ?? "";
    for (const now of ["8640000000000000", "-8640000000000000", "9999999999999999", "-9999999999999999", "253402300800000"]) {
      const forged = { limit: 1, cursor: `${now}${rest}` };
      await expect(engine.segments.members(id, forged), now).rejects.toMatchObject({ code: "invalid" });
    }
    for (const now of ["253402300799999", "-62135596800000"]) {
      await engine.segments.members(id, { limit: 1, cursor: `${now}${rest}` });
    }
  });

  it("refuses a wrong rule with the place of each fault, and stores nothing", async () => {
    const engine = memoryEngine();
    const wrong = { all: [{ field: "totalSpend", op: "startsWith", value: "1" }] };
    await expect(engine.untrusted.segments.create({ name: " ", rule: wrong })).rejects.toMatchObject({
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
    expect(updated).toMatchObject({ name: "B", createdAt: created.createdAt });
    expect(await engine.store.segments.get(created.id)).toMatchObject({ version: 2 });
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

describe("segments that refer to others", () => {
  const leaf: Rule = { field: "visitCount", op: "gte", value: 1 };

  async function family() {
    const engine = memoryEngine({ sender: recordingSender() });
    await engine.ingest.customers([{ id: "a", visitCount: 1, tags: ["vip"] }, { id: "b", visitCount: 1 }, { id: "c" }]);
    await engine.workOff();
    const visitors = await engine.segments.create({ name: "Visitors", rule: leaf });
    const vips = await engine.segments.create({
      name: "VIPs",
      rule: { all: [{ segment: visitors.id }, { field: "tags", op: "includesAny", value: ["vip"] }] },
    });
    return { engine, visitors, vips };
  }

  it("have the members of what they refer to, and are explained through it", async () => {
    const { engine, visitors, vips } = await family();
    expect((await engine.segments.members(vips.id, { limit: 10 })).items.map(({ id }) => id)).toEqual(["a"]);
    expect(await engine.segments.estimate({ rule: { not: { segment: visitors.id } } })).toMatchObject({ count: 1 });
    expect(await engine.segments.explain({ rule: { segment: vips.id }, customerId: "b" })).toMatchObject({
      matches: false,
      tree: {
        tree: {
          children: [
            { kind: "segment", matches: true },
            { kind: "test", matches: false },
          ],
        },
      },
    });
    await engine.segments.update(visitors.id, { name: "Nobody", rule: { any: [] } });
    expect((await engine.segments.members(vips.id, { limit: 10 })).items).toEqual([]);
    expect(await engine.segments.describe({ not: { segment: vips.id } })).toBe('not in the segment "VIPs"');
  });

  it("are refused with one that is not there, and with a circle, at the place of the reference", async () => {
    const { engine, visitors, vips } = await family();
    const issuesOf = (work: Promise<unknown>) => expect(work).rejects;
    for (const work of [
      engine.segments.create({ name: "X", rule: { any: [leaf, { segment: "nobody" }] } }),
      engine.segments.update(vips.id, { name: "X", rule: { any: [leaf, { segment: "nobody" }] } }),
      engine.segments.estimate({ rule: { any: [leaf, { segment: "nobody" }] } }),
    ]) {
      await issuesOf(work).toMatchObject({ code: "invalid", details: { issues: [{ path: "rule.any.1.segment" }] } });
    }
    await issuesOf(engine.segments.update(visitors.id, { name: "X", rule: { not: { segment: vips.id } } })).toMatchObject({
      code: "invalid",
      message: expect.stringContaining(`${visitors.id} refers to ${vips.id} refers to ${visitors.id}`),
      details: { issues: [{ path: "rule.not.segment" }] },
    });
    expect((await engine.segments.get(visitors.id)).rule).toEqual(leaf);
  });

  it("keep a segment from growing beyond what they can hold, and from being deleted, by name", async () => {
    const { engine, visitors, vips } = await family();
    const large = { any: Array(198).fill(leaf) };
    await expect(engine.segments.update(visitors.id, { name: "Large", rule: large })).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining(`"VIPs" (${vips.id})`),
    });
    await expect(engine.segments.delete(visitors.id)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("VIPs"),
      details: { referrers: [{ id: vips.id, name: "VIPs" }] },
    });
    await engine.segments.delete(vips.id);
    await engine.segments.delete(visitors.id);
    expect((await engine.segments.list({ limit: 10 })).items).toEqual([]);
  });

  it("are not deleted while a campaign is to be planned from them, by name", async () => {
    const engine = memoryEngine({ sender: recordingSender() });
    const id = await draftToAll(engine);
    const { segmentId = "", name } = await engine.campaigns.get(id);
    const refused = {
      code: "conflict",
      message: expect.stringContaining(`the campaign "${name}" (${id})`),
      details: { campaigns: [{ id, name }] },
    };
    await expect(engine.segments.delete(segmentId)).rejects.toMatchObject(refused);
    await engine.campaigns.schedule(id, { at: "2099-01-01" });
    await expect(engine.segments.delete(segmentId)).rejects.toMatchObject(refused);
    await engine.campaigns.unschedule(id);
    await engine.campaigns.launch(id);
    await engine.segments.delete(segmentId);
    await runCampaigns(engine);
    expect(await engine.campaigns.get(id)).toMatchObject({ status: "completed" });
  });

  it("are pinned with what they refer to when a campaign is launched", async () => {
    const { engine, visitors, vips } = await family();
    const message = { channel: "sms" as const, body: "Hi" };
    const campaign = await engine.campaigns.create({ name: "K", segmentId: vips.id, message });
    await engine.campaigns.launch(campaign.id);
    const launched = await engine.store.campaigns.get(campaign.id);
    expect(launched?.plan?.segments).toEqual({ [visitors.id]: { rule: leaf, timeZone: "UTC", version: 1 } });
    await engine.segments.update(visitors.id, { name: "Nobody", rule: { any: [] } });
    await engine.work.plan(new AbortController().signal);
    expect((await engine.campaigns.stats(campaign.id)).total).toBe(1);
  });
});

describe("declared attributes", () => {
  const attributes = { plan: "string", seats: "number", renewsOn: "date", vip: "boolean", interests: "array" } as const;

  it("reject rows with a value of another type, by name, and let null clear", async () => {
    const engine = memoryEngine({ attributes });
    const rows = [
      { id: "ok", attributes: { plan: "pro", seats: 5, renewsOn: "2026-01-31", vip: true, interests: ["a"], other: 7 } },
      { id: "text", attributes: { plan: 5 } },
      { id: "number", attributes: { seats: "5" } },
      { id: "date", attributes: { renewsOn: "soon" } },
      { id: "boolean", attributes: { vip: "true" } },
      { id: "array", attributes: { interests: "a" } },
      { id: "null", attributes: { plan: null, seats: null } },
    ];
    const { batchId } = await engine.ingest.customers(rows);
    await engine.workOff();
    expect(await engine.batches.get(batchId)).toMatchObject({ accepted: 2, rejected: 5 });
    const { items } = await engine.batches.rejections(batchId, { limit: 10 });
    expect(items.map(({ path }) => path)).toEqual(
      ["plan", "seats", "renewsOn", "vip", "interests"].map((name) => `attributes.${name}`),
    );
    expect(items[1]?.message).toContain("a number");
  });

  it("take the operators of their type only, and are in the catalogue", async () => {
    const engine = memoryEngine({ attributes });
    await expect(engine.segments.estimate({ rule: { field: "attributes.plan", op: "gt", value: 1 } })).rejects.toMatchObject({
      code: "invalid",
      details: { issues: [{ path: "rule.op" }] },
    });
    const catalogue = engine.segments.fields();
    expect(catalogue.fields).toContainEqual({
      name: "attributes.vip",
      types: ["boolean"],
      operators: ["exists", "notExists", "isTrue", "isFalse"],
    });
    expect(catalogue.fields.find(({ name }) => name === "totalSpend")).toMatchObject({ types: ["money"] });
    expect(catalogue.otherAttributes.operators).toContain("includesAny");
    expect(catalogue.orders.fields.map(({ name }) => name)).toContain("sku");
    expect(catalogue.orders.measures.find(({ name }) => name === "count")?.operators).not.toContain("exists");
    expect(catalogue.messages.events).toContain("opened");
  });

  it("must have a name and a type that there is", () => {
    expect(() => memoryEngine({ attributes: { plan: "text" as "string" } })).toThrow(
      expect.objectContaining({ code: "invalid" }),
    );
    expect(() => memoryEngine({ attributes: JSON.parse('{"__proto__":"string"}') })).toThrow(
      expect.objectContaining({ code: "invalid" }),
    );
  });
});
