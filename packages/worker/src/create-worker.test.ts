import { createEngine, type Engine, field, type Rule } from "@crm-engine/core";
import { memoryQueue, memoryStore } from "@crm-engine/core/memory";
import type { MessageQueue, Sender } from "@crm-engine/core/ports";
import { afterEach, describe, expect, it } from "vitest";
import { createWorker, type Worker } from "./index.js";

const quiet = () => undefined;
const logger = { debug: () => undefined, info: quiet, warn: quiet, error: quiet };
const page = { limit: 1_000 };
const opened: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (let part = opened.pop(); part !== undefined; part = opened.pop()) await part.close();
});

/** Takes every message, tells who got one, and keeps its answer back for `delayMs`. */
function recordingSender(delayMs = 0): Sender & { readonly sent: string[] } {
  const sent: string[] = [];
  return {
    sent,
    remembersKeysMs: Number.POSITIVE_INFINITY,
    maxBatch: 100,
    maxBatchBytes: 4 * 2 ** 20,
    timeoutMs: 1_000,
    send: async ({ messages }) => {
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      sent.push(...messages.map(({ id }) => id));
      return messages.map(({ id }) => ({ id, status: "accepted" as const }));
    },
    close: async () => undefined,
  };
}

async function startWorkers(
  sender: Sender,
  count = 1,
): Promise<{ readonly engine: Engine; readonly queue: MessageQueue; readonly workers: readonly Worker[] }> {
  const queue = memoryQueue();
  const engine = createEngine({ store: memoryStore(), queue, sender });
  opened.push(engine);
  const workers = Array.from({ length: count }, () => createWorker(engine, { logger, batchWaitMs: 5 }));
  opened.push(...workers);
  for (const worker of workers) await worker.start();
  return { engine, queue, workers };
}

const customers = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `c${index}`, email: `c${index}@example.com`, visitCount: index }));

async function launch(engine: Engine, rule: Rule): Promise<string> {
  const segment = await engine.segments.create({ name: "All", rule });
  const message = { channel: "email" as const, subject: "Hi", body: "Hi {{ customer.id }}" };
  const campaign = await engine.campaigns.create({ name: "First", segmentId: segment.id, message });
  await engine.campaigns.launch(campaign.id);
  return campaign.id;
}

describe("createWorker", () => {
  it("applies rows, plans and sends a campaign once to each, and folds receipts, with several workers at once", async () => {
    const sender = recordingSender();
    const { engine } = await startWorkers(sender, 3);
    const upload = await engine.ingest.customers([...customers(450), { email: "no address" }]);
    const status = await engine.batches.completed(upload.batchId);
    expect(status).toMatchObject({ received: 451, accepted: 450, rejected: 1, errors: [{ row: 451, path: "email" }] });

    const orders = await engine.ingest.orders([
      { id: "o1", customerId: "c7", amount: "12.34", placedAt: "2026-01-01T00:00:00Z" },
    ]);
    await engine.batches.completed(orders.batchId);
    expect(await engine.customers.get("c7")).toMatchObject({ orderCount: 1, totalSpend: 12.34 });

    const campaignId = await launch(engine, field("visitCount").gte(50));
    await expect.poll(async () => (await engine.campaigns.get(campaignId)).status, { timeout: 5_000 }).toBe("completed");
    expect(sender.sent).toHaveLength(400);
    expect(new Set(sender.sent).size).toBe(400);

    await engine.receipts.accept(sender.sent.map((messageId) => ({ messageId, status: "delivered" })));
    await expect.poll(async () => (await engine.campaigns.stats(campaignId)).delivered, { timeout: 5_000 }).toBe(400);
  });

  it("refuses only the receipt that belongs to no message, and applies its neighbours", async () => {
    const sender = recordingSender();
    const { engine, queue } = await startWorkers(sender);
    await engine.batches.completed((await engine.ingest.customers(customers(2))).batchId);
    const campaignId = await launch(engine, { all: [] });
    await expect.poll(async () => (await engine.campaigns.get(campaignId)).status, { timeout: 5_000 }).toBe("completed");
    const [first = "", second = ""] = sender.sent;
    await engine.receipts.accept([first, "nobody:knows", second].map((messageId) => ({ messageId, status: "delivered" })));
    await expect.poll(async () => (await engine.campaigns.stats(campaignId)).delivered, { timeout: 5_000 }).toBe(2);
    await expect.poll(async () => (await queue.depth("receipts")).messages, { timeout: 5_000 }).toBe(1);
  });

  it("starts a scheduled campaign at its time, once, with several workers at once", async () => {
    const sender = recordingSender();
    const { engine } = await startWorkers(sender, 3);
    await engine.batches.completed((await engine.ingest.customers(customers(20))).batchId);
    const segment = await engine.segments.create({ name: "All", rule: { all: [] } });
    const message = { channel: "email" as const, subject: "Hi", body: "Hi" };
    const { id } = await engine.campaigns.create({ name: "Later", segmentId: segment.id, message });
    const at = Date.now() + 400;
    await engine.campaigns.schedule(id, { at: new Date(at).toISOString() });
    await expect.poll(async () => (await engine.campaigns.get(id)).status, { timeout: 5_000 }).toBe("completed");
    const { history } = await engine.campaigns.get(id);
    expect(history.map(({ to, by }) => `${to} by ${by}`)).toEqual([
      "scheduled by user",
      "planning by clock",
      "running by engine",
      "completed by engine",
    ]);
    expect(Date.parse(history[1]?.at ?? "")).toBeGreaterThanOrEqual(at);
    expect(sender.sent).toHaveLength(20);
  });

  it("finishes the vendor call in hand before close settles, and starts no other", async () => {
    const sender = recordingSender(300);
    const { engine, workers } = await startWorkers(sender);
    await engine.batches.completed((await engine.ingest.customers(customers(450))).batchId);
    const campaignId = await launch(engine, { all: [] });
    await expect.poll(async () => (await engine.campaigns.stats(campaignId)).claimed, { timeout: 5_000 }).toBeGreaterThan(0);
    for (const worker of workers) await worker.close();
    const { sent, pending, claimed } = await engine.campaigns.stats(campaignId);
    expect(sent).toBe(sender.sent.length);
    expect({ claimed, open: pending + claimed + sent }).toEqual({ claimed: 0, open: 450 });
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(sender.sent).toHaveLength(sent);
  });

  it("with `only` works on that topic alone and leaves campaigns to others", async () => {
    const engine = createEngine({ store: memoryStore(), queue: memoryQueue(), sender: recordingSender() });
    const worker = createWorker(engine, { logger, only: "orders", batchWaitMs: 5 });
    opened.push(engine, worker);
    await worker.start();
    const left = await engine.ingest.customers(customers(1));
    const done = await engine.ingest.orders([{ id: "o1", customerId: "c1", amount: 1, placedAt: "2026-01-01T00:00:00Z" }]);
    const campaignId = await launch(engine, { all: [] });
    await engine.batches.completed(done.batchId);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await engine.batches.get(left.batchId)).toMatchObject({ status: "processing" });
    expect(await engine.campaigns.get(campaignId)).toMatchObject({ status: "planning" });
    expect((await engine.orders.list({}, page)).items).toHaveLength(1);
  });
});
