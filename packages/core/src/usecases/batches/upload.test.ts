import { describe, expect, it } from "vitest";
import type { RowInput } from "../../engine/untrusted.js";
import { type MemoryEngine, memoryEngine, people } from "../../engine.fixture.js";
import { CrmError } from "../../errors.js";
import { memoryQueue, memoryStore } from "../../memory/index.js";
import type { QueueMessage } from "../../ports/queue.js";
import { decodeRowMessage } from "./row-message.js";

/** An engine that keeps what it publishes. */
function publishing(store = memoryStore()): { readonly engine: MemoryEngine; readonly published: QueueMessage[] } {
  const queue = memoryQueue();
  const published: QueueMessage[] = [];
  const publish: typeof queue.publish = (topic, messages) => {
    published.push(...messages);
    return queue.publish(topic, messages);
  };
  return { engine: memoryEngine({ store, queue: { ...queue, publish } }), published };
}

const bytesOf = ({ body }: QueueMessage) => Buffer.byteLength(body);
/** Which rows each message has, stamps left out. */
const partsOf = (messages: readonly QueueMessage[]) =>
  messages.map((message) => ({ id: message.id, rows: decodeRowMessage(message).entries.map(({ rows }) => rows) }));

describe("a message", () => {
  it("is bounded by bytes, whatever the characters", async () => {
    const { engine, published } = publishing();
    await engine.ingest.customers(people(100, { attributes: { text: "€".repeat(3_999) } }));
    expect(Math.max(...published.map(bytesOf))).toBeLessThan(260 * 1024);
    await engine.workOff();
    expect((await engine.customers.list({ limit: 1_000 })).items).toHaveLength(100);
  });

  it("never holds a row that is longer than any that can be stored: that row is rejected", async () => {
    const { engine, published } = publishing();
    const huge = { id: "huge", name: "x".repeat(20 * 2 ** 20) };
    const { batchId } = await engine.untrusted.ingest.customers([{ id: "a" }, huge, { id: "b" }]);
    expect(Math.max(...published.map(bytesOf))).toBeLessThan(1_000);
    await engine.workOff();
    const errors = [{ row: 2, path: "", message: "the row is longer than 1310720 bytes of JSON" }];
    expect(await engine.batches.get(batchId)).toMatchObject({ status: "completed", accepted: 2, rejected: 1, errors });
    await expect(
      engine.untrusted.ingest.one("customers", { id: "a", attributes: { x: ["y".repeat(900)], z: "" } }),
    ).resolves.toBeTruthy();
    const order = { id: "o", customerId: "c", amount: 1, placedAt: "2026-01-01" };
    const items = Array.from({ length: 2_000 }, () => ({ sku: "s", name: "x".repeat(500), quantity: 1, price: 1 }));
    const refused = engine.untrusted.ingest.one("orders", { ...order, items });
    await expect(refused).rejects.toMatchObject({ code: "invalid", details: { issues: [{ path: "items" }] } });
  });

  it("stays small however many lines an order has, and the batch completes", async () => {
    const { engine, published } = publishing();
    const item = { "item.sku": "s", "item.quantity": "1", "item.price": "1.00" };
    const cells = { ...item, placedAt: "2010-12-01 08:26:00", "customer.id": "c" };
    const lines = Array.from({ length: 30_000 }, (_, index): RowInput => {
      return { row: index + 1, data: { ...cells, id: index % 3_000 === 7 ? "good" : "long" } };
    });
    const { batchId } = await engine.untrusted.ingest.rows("orders", lines, { lines: {} });
    expect(Math.max(...published.map(bytesOf))).toBeLessThan(260 * 1024);
    expect(Math.max(...published.map((message) => decodeRowMessage(message).count))).toBeLessThanOrEqual(10_000);
    await engine.workOff();
    const counts = { status: "completed", received: 30_000, accepted: 10, rejected: 29_990 };
    expect(await engine.batches.get(batchId)).toMatchObject(counts);
    expect((await engine.orders.list({}, { limit: 10 })).items.map(({ id }) => id)).toEqual(["good"]);
  });
});

describe("an upload that is taken again under its id", () => {
  const rowsUntil = async function* (end: number, rest?: Error): AsyncGenerator<RowInput> {
    for (const [index, data] of people(end).entries()) yield { row: index + 1, data };
    if (rest) throw rest;
  };

  it("publishes the same parts, and every row is applied, though it broke off in the middle of one", async () => {
    const store = memoryStore();
    const { engine, published } = publishing(store);
    const broken = engine.untrusted.ingest.rows("customers", rowsUntil(350, new CrmError("invalid", "cut")), { batchId: "b" });
    await expect(broken).rejects.toMatchObject({ details: { rowsRead: 350 } });
    await engine.workOff();
    expect(await engine.batches.get("b")).toMatchObject({ status: "completed", truncated: true, received: 200 });
    const before = partsOf(published);
    await engine.untrusted.ingest.rows("customers", rowsUntil(500), { batchId: "b" });
    await engine.workOff();
    expect(partsOf(published).slice(before.length)).toEqual(expect.arrayContaining(before));
    expect(await engine.batches.get("b")).toMatchObject({ status: "completed", received: 500, accepted: 500 });
    expect((await engine.customers.list({ limit: 1_000 })).items).toHaveLength(500);
  });
});
