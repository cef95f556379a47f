import { describe, expect, it, vi } from "vitest";
import { draftToAll, engineWith, memoryEngine, people, recordingSender, runCampaigns } from "../../engine.fixture.js";
import { CrmError } from "../../errors.js";
import { memoryQueue, memoryStore } from "../../memory/index.js";
import type { MessageQueue, QueueMessage } from "../../ports/queue.js";

describe("receipts", () => {
  it("in any order and repeated change one row once", async () => {
    const engine = await engineWith(people(2));
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    await runCampaigns(engine);
    const key = `${id}:p0000`;
    const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
    const delivered = { messageId: key, status: "delivered", occurredAt: at(5) } as const;
    await engine.receipts.accept([{ messageId: key, status: "opened", occurredAt: at(9) }, delivered, delivered, delivered]);
    await engine.receipts.accept([{ messageId: key, status: "sent", occurredAt: at(1) }]);
    await engine.workOff();
    const { items } = await engine.campaigns.log({ campaignId: id, status: "delivered" }, { limit: 10 });
    expect(items).toHaveLength(1);
    const times = Object.entries(items[0] ?? {}).filter(([name]) => name.endsWith("At") && !/^(planned|updated)/.test(name));
    expect(Object.fromEntries(times)).toEqual({ sentAt: at(1), deliveredAt: at(5), openedAt: at(9) });
    expect(await engine.campaigns.stats(id)).toMatchObject({ total: 2, delivered: 1, sent: 1, opened: 1 });
  });

  it("of a complaint withdraws consent, which an ordinary record does not undo", async () => {
    const engine = await engineWith(people(1));
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    await runCampaigns(engine);
    await engine.receipts.accept([{ messageId: `${id}:p0000`, status: "complained" }]);
    await engine.workOff();
    await engine.ingest.customers([{ id: "p0000", consent: { email: { state: "subscribed" } } }]);
    await engine.workOff();
    expect((await engine.store.customers.get("p0000"))?.consent.email).toMatchObject({ state: "withdrawn", by: "complained" });
  });

  it("of an unknown message wait five minutes for it, no attempt counted, and are then dead letters with their reason", async () => {
    const queue = memoryQueue({ maxAttempts: 1 });
    let now = Date.now();
    const engine = await engineWith([], recordingSender(), { store: memoryStore(), queue, clock: () => now });
    await engine.receipts.accept([{ messageId: "no-campaign:nobody", status: "sent" }]);
    now += 5 * 60_000 - 1;
    await engine.workOff();
    const dead = async () => (await queue.deadLetters({ topic: "receipts" }, { limit: 10 })).items;
    expect([await dead(), (await queue.depth("receipts")).messages]).toEqual([[], 1]);
    now += 1;
    await engine.workOff();
    expect(await dead()).toMatchObject([{ reason: "There is no message with the id no-campaign:nobody." }]);
  });

  it("that come before their message are folded when it is there, and are tried again at first soon and then seldom", async () => {
    const queue = memoryQueue();
    const start = Date.now();
    let now = start;
    const engine = await engineWith(people(1), recordingSender(), { store: memoryStore(), queue, clock: () => now });
    const message = await queuedReceipt(queue, () => engine.receipts.accept([{ messageId: "k:p0000", status: "delivered" }]));
    const pauses: unknown[] = [];
    for (const ageMs of [0, 4_000, 60_000, 299_900]) {
      now = start + ageMs;
      const [outcome] = await engine.apply("receipts", [message]);
      pauses.push(outcome instanceof CrmError && outcome.details.retryAfterMs);
    }
    expect(pauses).toEqual([500, 4_000, 30_000, 500]);
    await engine.store.communications.plan({
      ...{ campaignId: "k", channel: "email", condition: { kind: "all", of: [] }, plannedAt: now },
    });
    expect(await engine.apply("receipts", [message])).toEqual([undefined]);
    expect(await engine.store.communications.stats("k")).toMatchObject({ delivered: 1 });
  });

  it("that are wrong are refused by their places, and their neighbours are taken", async () => {
    const engine = memoryEngine();
    const accepted = await engine.untrusted.receipts.accept([
      { messageId: "a:b", status: "sent" },
      { messageId: "a:b", status: "lost" },
      { messageId: "a:c", status: "sent" },
    ]);
    expect(accepted).toMatchObject({ received: 2, rejected: [{ index: 1, path: "status" }] });
    expect(await engine.queue.depth("receipts")).toMatchObject({ messages: 2 });
    const many = await engine.untrusted.receipts.accept(Array.from({ length: 2_000 }, () => ({})));
    expect([many.received, many.rejected.length]).toEqual([0, 1_000]);
  });

  it("leave no address in a row or in the queue by their reason", async () => {
    const queue = memoryQueue();
    const publish = vi.spyOn(queue, "publish");
    const engine = await engineWith(people(1), recordingSender(), { queue });
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    await runCampaigns(engine);
    await engine.receipts.accept([{ messageId: `${id}:p0000`, status: "bounced", reason: "550 <p0@example.com> unknown" }]);
    expect(publish.mock.lastCall?.[1][0]?.body).toContain("550 [hidden] unknown");
    await engine.workOff();
    expect(await engine.store.communications.get(`${id}:p0000`)).toMatchObject({
      status: "bounced",
      reason: "550 [hidden] unknown",
    });
  });
});

/** What is queued meanwhile. */
async function queuedReceipt(queue: MessageQueue, publish: () => Promise<unknown>): Promise<QueueMessage> {
  const message = new Promise<QueueMessage>((resolve) => {
    void queue.subscribe("receipts", async (delivered) => resolve(delivered), { prefetch: 1 });
  });
  await publish();
  return message;
}
