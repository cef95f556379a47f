import { describe, expect, it, vi } from "vitest";
import type { RowInput } from "../../engine/untrusted.js";
import { memoryEngine, people } from "../../engine.fixture.js";
import { CrmError } from "../../errors.js";
import { longestGapMs } from "../../longest-gap.fixture.js";
import { memoryQueue, memoryStore } from "../../memory/index.js";
import { encodeRowMessage } from "./row-message.js";

describe("ingest", () => {
  it("gives every row a fate, and a bad row leaves its neighbours alone", async () => {
    const engine = memoryEngine();
    const rows = [{ id: "a", email: "A@Example.com " }, { id: "b", email: "not an address" }, 7, { name: "nobody" }, { id: "c" }];
    const { batchId, received } = await engine.untrusted.ingest.customers(rows);
    expect(received).toBe(5);
    expect(await engine.batches.get(batchId)).toMatchObject({ status: "processing", received: 5, accepted: 0, rejected: 0 });
    await engine.workOff();
    const status = await engine.batches.get(batchId);
    expect(status).toMatchObject({ status: "completed", received: 5, accepted: 2, rejected: 3 });
    expect(status.errors.map(({ row, path }) => [row, path])).toEqual([
      [2, "email"],
      [3, ""],
      [4, "id"],
    ]);
    expect((await engine.customers.get("a")).email).toBe("a@example.com");
  });

  it("counts the rows of many parts once, however often they are delivered", async () => {
    const engine = memoryEngine();
    const { batchId } = await engine.ingest.customers(people(1_234));
    const seen: { id: string; body: string }[] = [];
    const subscription = await engine.queue.subscribe(
      "customers",
      async (message) => {
        seen.push({ id: message.id, body: message.body });
        await engine.apply("customers", [message]);
      },
      { prefetch: 3 },
    );
    await engine.batches.completed(batchId);
    await subscription.close();
    await engine.apply("customers", [...seen].reverse());
    expect(seen).toHaveLength(7);
    expect(await engine.batches.get(batchId)).toMatchObject({ received: 1_234, accepted: 1_234, rejected: 0 });
  });

  it("rejects the order that would take its customer's past the limit, by its amount, and stores its neighbours", async () => {
    const engine = memoryEngine();
    const order = { customerId: "c", amount: "10000000000.00", placedAt: "2026-01-01T00:00:00Z" };
    const rows = Array.from({ length: 9_008 }, (_, index) => ({ ...order, id: `o${index}` }));
    const last = { ...order, id: "last", amount: "1.00" };
    const { batchId } = await engine.ingest.orders([...rows, last]);
    await engine.workOff();
    expect(await engine.batches.get(batchId)).toMatchObject({ status: "completed", accepted: 9_008, rejected: 1 });
    const { errors } = await engine.batches.get(batchId);
    // Parts are applied in any order: whichever row comes last is the one too many.
    expect(errors).toMatchObject([{ path: "amount", message: expect.stringContaining("90071992547409.91 USD") }]);
    expect(await engine.customers.get("c")).toMatchObject({ orderCount: 9_008, totalSpend: 90_070_000_000_001 });
  });

  it("leaves others their turn while rows are read", async () => {
    const engine = memoryEngine();
    const entries = Array.from({ length: 200 }, (_, index) => ({
      rows: [index + 1],
      stamp: index + 1,
      data: { email: "nobody" },
    }));
    const messages = Array.from({ length: 300 }, (_, part) => {
      return encodeRowMessage({ count: 200, batchId: "b", part, single: false, entries });
    });
    expect(await longestGapMs(() => engine.apply("customers", messages))).toBeLessThan(250);
  });

  it("lets the later row of an upload win, in whatever order the parts arrive", async () => {
    const engine = memoryEngine();
    const rows = [...people(250), { id: "p0000", name: "Last", phone: null }];
    await engine.ingest.customers(rows);
    const messages: { id: string; body: string }[] = [];
    const subscription = await engine.queue.subscribe("customers", async (message) => void messages.push(message), {
      prefetch: 10,
    });
    while (messages.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    await subscription.close();
    for (const message of messages.reverse()) await engine.apply("customers", [message]);
    expect(await engine.customers.get("p0000")).toMatchObject({ name: "Last", email: "p0@example.com" });
  });

  it("checks a single object at once, and its batch is known before a worker has seen it", async () => {
    const engine = memoryEngine();
    const failure = await engine.untrusted.ingest
      .one("orders", { id: "o1", customerId: "c", amount: -1, placedAt: "2026-01-01" })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CrmError);
    expect(failure).toMatchObject({ code: "invalid", details: { issues: [{ path: "amount" }] } });
    const { batchId } = await engine.untrusted.ingest.one("orders", {
      id: "o1",
      customerId: "c",
      amount: "12.30",
      placedAt: "2026-01-01",
    });
    expect(await engine.batches.get(batchId)).toMatchObject({ kind: "orders", status: "processing", received: 1 });
    await engine.workOff();
    expect(await engine.batches.get(batchId)).toMatchObject({ kind: "orders", status: "completed", received: 1, accepted: 1 });
    expect(await engine.customers.get("c")).toMatchObject({ totalSpend: 12.3, orderCount: 1 });
    await expect(engine.batches.get("no-such-batch")).rejects.toMatchObject({ code: "not_found" });
  });

  it("applies what was queued before a stream broke, and says how far it came", async () => {
    const engine = memoryEngine();
    async function* broken(): AsyncIterable<RowInput> {
      for (const [index, data] of people(300).entries()) yield { row: index + 1, data };
      throw new CrmError("invalid", "The line was cut.");
    }
    const failure = await engine.untrusted.ingest.rows("customers", broken()).catch((error: unknown) => error as CrmError);
    expect(failure).toMatchObject({ code: "invalid", message: "The line was cut.", details: { rowsRead: 300 } });
    const batchId = String((failure as CrmError).details.batchId);
    await engine.workOff();
    expect(await engine.batches.get(batchId)).toMatchObject({
      status: "completed",
      truncated: true,
      received: 300,
      accepted: 300,
    });
  });

  it("says unavailable when the queue goes away, and completes with what it had taken", async () => {
    const queue = memoryQueue();
    let published = 0;
    const failing = {
      ...queue,
      publish: async (...args: Parameters<typeof queue.publish>) => {
        published += 1;
        if (published > 1) throw new CrmError("unavailable", "The broker is away.");
        return queue.publish(...args);
      },
    };
    const engine = memoryEngine({ store: memoryStore(), queue: failing });
    const failure = (await engine.ingest.customers(people(700)).catch((error: unknown) => error)) as CrmError;
    expect(failure).toMatchObject({ code: "unavailable" });
    await engine.workOff();
    expect(await engine.batches.get(String(failure.details.batchId))).toMatchObject({
      status: "completed",
      truncated: true,
      received: 200,
      accepted: 200,
    });
  });

  it("keeps the rows that could not even be read as rejections with their numbers and lines", async () => {
    const engine = memoryEngine();
    const rows: RowInput[] = [
      { row: 1, data: { id: "a" } },
      { row: 2, issue: { path: "", message: "is not JSON" } },
      { row: 3, line: 5, data: { id: "b" } },
      { row: 4, line: 6, issue: { path: "", message: "is not closed" } },
      { row: 5, line: 8, data: { id: "c", email: "?" } },
    ];
    const { batchId } = await engine.untrusted.ingest.rows("customers", rows);
    await engine.workOff();
    expect((await engine.batches.rejections(batchId, { limit: 10 })).items).toEqual([
      { row: 2, path: "", message: "is not JSON" },
      { row: 4, line: 6, path: "", message: "is not closed" },
      { row: 5, line: 8, path: "email", message: "must be an email address" },
    ]);
    const { errors, ...counts } = await engine.batches.get(batchId);
    expect(counts).toMatchObject({ received: 5, accepted: 2, rejected: 3 });
    expect(errors.map(({ row, line }) => [row, line])).toEqual([
      [2, undefined],
      [4, 6],
      [5, 8],
    ]);
  });
});

describe("identity", () => {
  it("finds a customer by e-mail, the lowest id of several, and derives an id where there is none", async () => {
    const engine = memoryEngine();
    await engine.ingest.customers([
      { id: "b", email: "x@example.com" },
      { id: "a", email: "x@example.com" },
    ]);
    await engine.workOff();
    await engine.ingest.customers([{ email: " X@example.com", name: "Found" }, { email: "new@example.com" }]);
    await engine.workOff();
    expect((await engine.customers.get("a")).name).toBe("Found");
    expect((await engine.customers.get("b")).name).toBeUndefined();
    const all = (await engine.customers.list({ limit: 10 })).items;
    expect(all.map((customer) => customer.email).sort()).toEqual(["new@example.com", "x@example.com", "x@example.com"]);
    expect(all.find((customer) => customer.email === "new@example.com")?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5/);
  });

  it("takes the records before it in the same upload into account", async () => {
    const engine = memoryEngine();
    await engine.ingest.customers([
      { id: "c1", email: "y@example.com" },
      { email: "y@example.com", name: "Same" },
    ]);
    await engine.workOff();
    expect((await engine.customers.list({ limit: 10 })).items.map(({ id, name }) => [id, name])).toEqual([["c1", "Same"]]);
  });

  it("upserts the customer that an order carries inline, and refuses to move an order to another", async () => {
    const engine = memoryEngine();
    const order = { id: "o1", amount: 5, placedAt: "2026-01-01" };
    await engine.ingest.orders([{ ...order, customer: { email: "z@example.com", name: "Zed" } }]);
    await engine.workOff();
    const { batchId } = await engine.ingest.orders([{ ...order, customerId: "somebody-else" }]);
    await engine.workOff();
    expect(await engine.batches.get(batchId)).toMatchObject({ rejected: 1, errors: [{ row: 1, path: "customerId" }] });
    const [zed] = (await engine.customers.list({ limit: 10 })).items;
    expect(zed).toMatchObject({ name: "Zed", totalSpend: 5 });
  });

  it("changes no customer, and makes none, for an order that it refuses", async () => {
    const engine = memoryEngine();
    const order = { id: "o1", amount: 5, placedAt: "2026-01-01" };
    await engine.ingest.orders([{ ...order, customerId: "owner" }]);
    await engine.ingest.customers([{ id: "other", name: "Before" }]);
    await engine.workOff();
    await engine.ingest.orders([
      { ...order, customer: { id: "other", name: "After" } },
      { ...order, customer: { email: "new@example.com" } },
    ]);
    await engine.workOff();
    expect((await engine.customers.list({ limit: 10 })).items.map(({ id, name }) => [id, name])).toEqual([
      ["other", "Before"],
      ["owner", undefined],
    ]);
  });

  it.each([
    ["its client pauses", { pauseBefore: "row" }],
    ["the queue is slow", { pauseBefore: "publish" }],
  ] as const)("keeps an upload alive for minutes while %s", async (_, { pauseBefore }) => {
    vi.useFakeTimers();
    try {
      const pause = async (at: "row" | "publish") => {
        if (at === pauseBefore) await new Promise((resolve) => setTimeout(resolve, 110_000));
      };
      const queue = memoryQueue();
      const publish: typeof queue.publish = (topic, messages) => pause("publish").then(() => queue.publish(topic, messages));
      const engine = memoryEngine({ queue: { ...queue, publish } });
      const rows = async function* (): AsyncGenerator<RowInput> {
        for (const [index, data] of people(2).entries()) {
          yield { row: index + 1, data };
          await pause("row");
        }
      };
      const uploading = engine.untrusted.ingest.rows("customers", rows(), { batchId: "b" });
      for (let seconds = 0; seconds < 300; seconds += 2) {
        await vi.advanceTimersByTimeAsync(2_000);
        await engine.work.sweep();
        expect((await engine.batches.get("b")).truncated).toBeUndefined();
      }
      expect(await uploading).toEqual({ batchId: "b", received: 2 });
    } finally {
      vi.useRealTimers();
    }
  });

  it("leaves an upload to be sealed as soon as it is over", async () => {
    vi.useFakeTimers();
    try {
      const store = memoryStore();
      const touch = vi.fn(store.batches.touch);
      const engine = memoryEngine({ store: { ...store, batches: { ...store.batches, touch } } });
      await engine.ingest.customers(people(2));
      await vi.advanceTimersByTimeAsync(60_000);
      expect(touch).not.toHaveBeenCalled();
    } finally {
      vi.useRealTimers();
    }
  });
});
