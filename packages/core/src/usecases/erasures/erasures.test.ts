import { describe, expect, it } from "vitest";
import { draftToAll, type MemoryEngine, memoryEngine, people, recordingSender, runCampaigns } from "../../engine.fixture.js";
import { createMemoryDatabase, memoryQueue, memoryStore } from "../../memory/index.js";

const START = Date.UTC(2026, 5, 1);
const KIM = { email: "kim@example.com", phone: "+442079460000", name: "Kim Marker" };
const ERASED = "the customer was erased after this row was sent";

/** An engine whose clock goes on as it is told to. */
function scene(options: Parameters<typeof memoryEngine>[0] = {}) {
  let now = START;
  const engine = memoryEngine({ store: memoryStore({ now: () => now }), clock: () => now, ...options });
  return {
    engine,
    pass: (ms: number) => {
      now += ms;
    },
    rows: async (...rows: readonly object[]) => {
      now += 1_000;
      const { batchId } = await engine.ingest.customers(rows);
      await engine.workOff();
      return engine.batches.get(batchId);
    },
    /** Works until nothing more can be done at this time. */
    finish: async () => {
      await engine.workOff();
      while (await engine.work.erase());
    },
  };
}

async function ids(engine: MemoryEngine): Promise<readonly string[]> {
  return (await engine.customers.list({ limit: 100 })).items.map(({ id }) => id);
}

describe("whoever is erased does not come back by what was accepted before", () => {
  it("by a row that names them, or their address only, or an order that brings them along", async () => {
    const { engine, rows, pass } = scene();
    await rows({ id: "c1", ...KIM });
    const customers = await engine.ingest.customers([{ id: "c1", name: "Kim" }, KIM, { phone: KIM.phone }, { id: "c2" }]);
    const order = { amount: 5, placedAt: "2026-01-01" };
    const orders = await engine.ingest.orders([
      { id: "o1", customerId: "c1", ...order },
      { id: "o2", customer: { email: " KIM@example.com" }, ...order },
      { id: "o3", customer: { id: "c3", ...KIM }, ...order },
    ]);
    pass(4_000);
    await engine.customers.erase("c1");
    await engine.workOff();
    expect(await engine.batches.get(customers.batchId)).toMatchObject({
      accepted: 1,
      errors: [
        { row: 1, path: "id", message: ERASED },
        { row: 2, path: "email", message: ERASED },
        { row: 3, path: "phone", message: ERASED },
      ],
    });
    expect(await engine.batches.get(orders.batchId)).toMatchObject({
      accepted: 1,
      errors: [
        { row: 1, path: "customerId", message: ERASED },
        { row: 2, path: "customer.email", message: ERASED },
      ],
    });
    expect(await ids(engine)).toEqual(["c2", "c3"]);
  });

  it("by a part that was begun before and is delivered again", async () => {
    const { engine, rows } = scene({ queue: memoryQueue({ maxAttempts: 1 }) });
    const { store } = engine;
    await engine.ingest.customers([KIM]);
    const record = store.batches.record;
    Object.assign(store.batches, { record: () => Promise.reject(new Error("killed")) });
    await engine.workOff();
    Object.assign(store.batches, { record });
    const [kim = ""] = await ids(engine);
    await rows({ id: "other", email: KIM.email });
    await engine.customers.erase(kim);
    expect(await engine.queues.replay({ topic: "customers" })).toBe(1);
    await engine.workOff();
    expect(await ids(engine)).toEqual(["other"]);
  });

  it("nor by one of a process whose clock is ahead", async () => {
    const database = createMemoryDatabase();
    const ahead = memoryEngine({ store: database.open(), clock: () => Date.now() + 60_000 });
    const engine = memoryEngine({ store: database.open() });
    await ahead.ingest.customers([{ id: "c1" }]);
    await ahead.workOff();
    const stored = await engine.store.customers.get("c1");
    await engine.customers.erase("c1");
    expect(await engine.store.customers.apply([{ id: "c1", stamp: stored?.stamp ?? 0, fields: {} }])).toEqual(["erased"]);
  });

  it("by a dead letter that is replayed", async () => {
    const { engine, rows } = scene({ queue: memoryQueue({ maxAttempts: 1 }) });
    await rows({ id: "c1", ...KIM });
    await killed(engine, () => engine.ingest.customers([KIM, { id: "c1", name: "Kim" }, { id: "c2" }]));
    await engine.customers.erase("c1");
    expect(await engine.queues.replay({ topic: "customers" })).toBe(1);
    await engine.workOff();
    expect(await ids(engine)).toEqual(["c2"]);
  });
});

describe("whoever comes after", () => {
  it("is a new customer, under another id where it is known by the address only", async () => {
    const { engine, rows, pass } = scene();
    await rows(KIM);
    const [first = ""] = await ids(engine);
    await engine.ingest.orders([{ id: "o1", customerId: first, amount: 5, placedAt: "2026-01-01" }]);
    await engine.workOff();
    await engine.customers.erase(first);
    pass(6_000);
    await rows(KIM, { id: first, name: "Somebody" });
    const [one, other] = (await engine.customers.list({ limit: 9 })).items;
    expect([one?.id, other?.id].filter((id) => id === first)).toHaveLength(1);
    expect([one?.orderCount, other?.orderCount]).toEqual([0, 0]);
    const rule = { orders: { count: { gte: 1 } } } as const;
    expect((await engine.segments.explain({ rule, customerId: first })).matches).toBe(false);
    expect((await engine.orders.list({ customerId: first }, { limit: 9 })).items).toMatchObject([
      { id: "o1", customerId: first },
    ]);
  });

  it("is not written to at the address, but for an opt-in of their own after it", async () => {
    const { engine, rows, pass } = scene();
    await rows({ id: "c1", ...KIM }, { id: "c2", email: KIM.email });
    const begun = await engine.customers.erase("c1");
    expect(begun?.sameAddress).toEqual(["c2"]);
    expect((await engine.customers.get("c2")).email).toBe(KIM.email);
    const reason = async () => (await engine.customers.contactable("c2", "email")).reason;
    expect(await reason()).toBe("suppressed");
    pass(6_000);
    const at = new Date(START + 8_000).toISOString();
    await rows({ id: "c2", consent: { email: { state: "subscribed", at } } });
    expect(await reason(), "a file lifts no erasure").toBe("suppressed");
    await engine.untrusted.ingest.one("customers", { id: "c2", consent: { email: { state: "subscribed", at } } });
    await engine.workOff();
    expect(await reason()).toBeUndefined();
  });
});

describe("an erasure", () => {
  it("is complete when nothing that was queued before is left, and says until then what may be", async () => {
    const { engine, rows, pass, finish } = scene();
    await rows({ id: "c1", ...KIM });
    const begun = await engine.customers.erase("c1");
    expect(begun).toMatchObject({ id: "c1", status: "running", sameAddress: [] });
    expect(begun?.waitingFor).toMatchObject({ uploads: true, broker: "memory" });
    expect(begun?.waitingFor?.topics).toContain("customers");
    await finish();
    expect(await engine.customers.erasure("c1"), "others may still stamp rows before it").toMatchObject({ status: "running" });

    await engine.ingest.customers([{ id: "c9" }]);
    pass(5_001);
    expect(await engine.work.erase()).toBe(true);
    expect(await engine.work.erase()).toBe(false);
    expect((await engine.customers.erasure("c1")).waitingFor).toEqual({
      uploads: false,
      topics: ["customers"],
      broker: "memory",
    });
    await finish();
    expect(await engine.customers.erasure("c1")).toEqual({
      id: "c1",
      status: "completed",
      requestedAt: new Date(START + 1_000).toISOString(),
      completedAt: new Date(START + 6_001).toISOString(),
    });
    expect(await engine.work.erase()).toBe(false);
  });

  it("waits for uploads that began before it, whose rows are not all queued", async () => {
    const { engine, rows, pass, finish } = scene();
    await rows({ id: "c1", ...KIM });
    await engine.store.batches.insert({ id: "upload", kind: "customers", createdAt: START + 500 });
    await engine.customers.erase("c1");
    pass(60_000);
    await finish();
    expect(await engine.customers.erasure("c1")).toMatchObject({ status: "running", waitingFor: { uploads: true } });
    await engine.store.batches.seal("upload", { received: 0, truncated: true });
    await finish();
    expect(await engine.customers.erasure("c1")).toMatchObject({ status: "completed" });
  });

  it("is finished by a worker where the process that began it died", async () => {
    const { engine, rows, pass, finish } = scene();
    await rows({ id: "c1", ...KIM }, { id: "c2", email: KIM.email });
    const { customers } = engine.store;
    const erase = customers.erase;
    Object.assign(customers, { erase: () => Promise.reject(new Error("killed")) });
    await expect(engine.customers.erase("c1")).rejects.toThrow("killed");
    Object.assign(customers, { erase });
    expect((await rows({ id: "c3", email: KIM.email }))?.accepted).toBe(1);
    pass(6_000);
    await finish();
    expect(await engine.customers.erasure("c1")).toMatchObject({ status: "completed" });
    expect(await ids(engine)).toEqual(["c2", "c3"]);
    expect((await engine.customers.contactable("c3", "email")).reason).toBe("suppressed");
  });

  it("again, or of somebody unknown, is no fault; of whoever was made since, another one", async () => {
    const { engine, rows, pass, finish } = scene();
    await rows({ id: "c1", ...KIM });
    expect(await engine.customers.erase("c1")).toBeDefined();
    for (const id of ["c1", "unknown", "\0"]) expect(await engine.customers.erase(id)).toBeUndefined();
    await expect(engine.customers.erasure("never")).rejects.toMatchObject({ code: "not_found" });
    expect((await engine.ingest.customers([{ id: "unknown" }])).received).toBe(1);
    await engine.workOff();
    expect(await ids(engine), "an unknown id gets its tombstone too").toEqual([]);
    pass(6_000);
    await finish();
    await rows({ id: "c1", name: "New" });
    await finish();
    expect(await ids(engine)).toEqual(["c1"]);
    expect(await engine.customers.erase("c1")).toMatchObject({ status: "running" });
    expect(await ids(engine)).toEqual([]);
  });

  it("takes everything of the erased out of dead letters, and nothing of others", async () => {
    const { engine, rows, pass, finish } = scene({ queue: memoryQueue({ maxAttempts: 1 }) });
    await rows({ id: "c1", ...KIM }, { id: "c2" });
    await killed(engine, async () => {
      await engine.ingest.customers([{ id: "c1", ...KIM }, { id: "c2", ...KIM, name: "Bo" }, KIM]);
      await engine.ingest.customers([{ email: KIM.email, tags: ["Kim Marker", ""] }]);
      await engine.ingest.orders([{ id: "o1", customer: KIM, amount: 1, placedAt: "2026-01-01" }]);
      await engine.receipts.accept([
        { messageId: "k:c1", status: "failed", reason: "Kim Marker is not here" },
        { messageId: "k:c2", status: "failed", reason: "Bo is not here" },
      ]);
      await engine.queue.publish("customers", [{ id: "poison", body: `no part: ${KIM.email} Kim Marker` }]);
      await engine.queue.publish("orders", [{ id: "other", body: "no part: bo@example.com" }]);
    });
    await engine.customers.erase("c1");
    pass(6_000);
    await engine.ingest.customers([{ id: "c1", name: "New" }]);
    await finish();
    expect(await engine.customers.erasure("c1")).toMatchObject({ status: "completed" });
    const { items } = await engine.queues.deadLetters({}, { limit: 100 });
    expect(items).toHaveLength(7);
    const text = JSON.stringify(items);
    expect(text).not.toMatch(/Kim Marker/i);
    expect(text.match(/kim@example\.com/g), "the other record's").toHaveLength(1);
    expect(text).toMatch(/Bo is not here/);
    expect(text).toMatch(/bo@example\.com/);
    await engine.queues.discard({ ids: ["poison", "other"] });
    await engine.queues.replay({ topic: "customers" });
    await engine.workOff();
    expect((await engine.customers.get("c2")).email).toBe(KIM.email);
    expect(await ids(engine)).toEqual(["c1", "c2"]);
  });

  it("after the plan and before the claim skips the row", async () => {
    const sender = recordingSender();
    const engine = memoryEngine({ sender });
    await engine.ingest.customers(people(3));
    await engine.workOff();
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    await engine.work.plan(new AbortController().signal);
    await engine.customers.erase("p0001");
    await runCampaigns(engine);
    expect(await engine.campaigns.stats(id)).toMatchObject({ total: 3, sent: 2, skippedBy: { erased: 1 } });
    expect(sender.calls.flat().map(({ customerId }) => customerId)).not.toContain("p0001");
  });
});

/** What is queued meanwhile dies, since the store can't be read. */
async function killed(engine: MemoryEngine, work: () => Promise<unknown>): Promise<void> {
  const { batches, communications } = engine.store;
  const { findParts } = batches;
  const { record } = communications;
  const fails = () => Promise.reject(new Error("killed"));
  Object.assign(batches, { findParts: fails });
  Object.assign(communications, { record: fails });
  await work();
  await engine.workOff();
  Object.assign(batches, { findParts });
  Object.assign(communications, { record });
}
