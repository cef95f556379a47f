import { describe, expect, it, vi } from "vitest";
import { draftToAll, engineWith, memoryEngine, people, recordingSender, runCampaigns } from "../../engine.fixture.js";
import { memoryQueue, memoryStore } from "../../memory/index.js";

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

  it("of an unknown message ends as a dead letter with its reason", async () => {
    const queue = memoryQueue({ maxAttempts: 1 });
    const engine = await engineWith([], recordingSender(), { store: memoryStore(), queue });
    await engine.receipts.accept([{ messageId: "no-campaign:nobody", status: "sent" }]);
    await engine.workOff();
    const { items } = await queue.deadLetters({ topic: "receipts" }, { limit: 10 });
    expect(items).toMatchObject([{ reason: "There is no message with the id no-campaign:nobody." }]);
  });

  it("are all refused when one is wrong, with its place", async () => {
    const engine = memoryEngine();
    const failure = engine.untrusted.receipts.accept([
      { messageId: "a:b", status: "sent" },
      { messageId: "a:b", status: "lost" },
    ]);
    await expect(failure).rejects.toMatchObject({ code: "invalid", details: { issues: [{ path: "receipts.1.status" }] } });
    expect(await engine.queue.depth("receipts")).toMatchObject({ messages: 0 });
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
