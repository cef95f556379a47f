import { describe, expect, it } from "vitest";
import {
  draftToAll,
  engineWith,
  memoryEngine,
  people,
  recordingSender,
  runCampaigns,
  storedCampaign,
} from "../../engine.fixture.js";
import { CrmError } from "../../errors.js";
import { memoryQueue, memoryStore } from "../../memory/index.js";
import type { Store } from "../../ports/index.js";

const never = new AbortController().signal;
const EIGHT = ["pending", "claimed", "sent", "delivered", "failed", "bounced", "skipped", "unknown"] as const;

describe("a campaign", () => {
  it("writes one row for each recipient, sends each once and completes", async () => {
    const sender = recordingSender();
    const engine = await engineWith(people(1_050), sender);
    const id = await draftToAll(engine);
    expect(await engine.campaigns.launch(id)).toMatchObject({ status: "planning" });
    await runCampaigns(engine);
    expect(await engine.campaigns.get(id)).toMatchObject({ status: "completed" });
    const keys = sender.calls.flat().map((message) => message.id);
    expect(new Set(keys).size).toBe(1_050);
    expect(keys).toHaveLength(1_050);
    expect(sender.calls.flat()[0]).toMatchObject({ subject: "Hello", body: expect.stringMatching(/^Hi Person \d+$/) });
    const stats = await engine.campaigns.stats(id);
    expect(stats).toMatchObject({ total: 1_050, sent: 1_050 });
    expect(EIGHT.reduce((sum, status) => sum + stats[status], 0)).toBe(stats.total);
  });

  it("can be launched once", async () => {
    const engine = await engineWith(people(3));
    const id = await draftToAll(engine);
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => engine.campaigns.launch(id)));
    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
    for (const result of results) if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "conflict" });
  });

  it("to an empty segment completes with zero and says so", async () => {
    const engine = await engineWith([]);
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    await runCampaigns(engine);
    const campaign = await engine.campaigns.get(id);
    expect(campaign.status).toBe("completed");
    expect(campaign.history.map((move) => move.why)).toContainEqual(expect.stringContaining("the audience is empty"));
    expect(await engine.campaigns.stats(id)).toMatchObject({ total: 0 });
  });

  it("without a sender can't be launched, and says what to do", async () => {
    const engine = memoryEngine();
    const id = await draftToAll(engine);
    await expect(engine.campaigns.launch(id)).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining("sender"),
    });
    expect(await engine.campaigns.get(id)).toMatchObject({ status: "draft" });
  });

  it("skips who may not get it, each with a reason", async () => {
    const sender = recordingSender();
    const engine = await engineWith(
      [
        { id: "ok", email: "one@example.com" },
        { id: "twin", email: "one@example.com" },
        { id: "nowhere", phone: "+441234567" },
        { id: "left", email: "left@example.com", consent: { email: { state: "withdrawn" } } },
      ],
      sender,
    );
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    await runCampaigns(engine);
    expect(await engine.campaigns.stats(id)).toMatchObject({
      total: 4,
      sent: 1,
      skipped: 3,
      skippedBy: { duplicate_address: 1, no_address: 1, unsubscribed: 1 },
    });
    expect(sender.calls.flat()).toHaveLength(1);
  });

  it("looks at consent when it claims, not when it plans", async () => {
    const sender = recordingSender();
    const engine = await engineWith(people(2), sender);
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    await engine.work.plan(never);
    await engine.ingest.customers([{ id: "p0001", consent: { email: { state: "withdrawn" } } }]);
    await engine.workOff();
    await runCampaigns(engine);
    expect(sender.calls.flat().map((message) => message.customerId)).toEqual(["p0000"]);
  });

  it("keeps the audience of its launch: who comes later is not in it", async () => {
    const engine = await engineWith(people(2));
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    await engine.work.plan(never);
    await engine.ingest.customers([{ id: "late", email: "late@example.com" }]);
    await engine.workOff();
    await runCampaigns(engine);
    expect(await engine.campaigns.stats(id)).toMatchObject({ total: 2 });
  });
});

describe("a claimed row", () => {
  it("looks at consent again before each call of a claim", async () => {
    const sender = recordingSender(
      async () => {
        const withdrawal = { customerId: "p0002", channel: "email", by: "unsubscribed", at: Date.now() } as const;
        await engine.store.customers.withdrawConsent([withdrawal]);
        return { status: "accepted" };
      },
      { remembersKeysMs: 0 },
    );
    const engine = await engineWith(people(3), sender);
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    await runCampaigns(engine);
    expect(sender.calls.flat().map((message) => message.customerId)).toEqual(["p0000", "p0001"]);
    expect(await engine.campaigns.stats(id)).toMatchObject({ sent: 2, skippedBy: { unsubscribed: 1 } });
  });

  it("a call that was cut off is left to an engine that knows the vendor", async () => {
    let now = Date.now();
    const store = memoryStore({ now: () => now });
    const engine = await engineWith(people(1), recordingSender(undefined, { remembersKeysMs: 0 }), {
      store,
      queue: memoryQueue(),
    });
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    await engine.work.plan(never);
    const [claim] = await store.claims.claim({ campaignId: id, limit: 1, leaseMs: 15_000 });
    if (!claim) throw new Error("nothing to claim");
    await store.claims.beginCalls([{ id: claim.id, epoch: claim.epoch, to: "p0@example.com" }], 1_000);
    now += 16_000;
    await memoryEngine({ store }).work.sweep();
    expect(await store.communications.get(claim.id)).toMatchObject({ status: "claimed" });
    await engine.work.sweep();
    expect(await store.communications.get(claim.id)).toMatchObject({ status: "unknown", reason: "lease_ended" });
  });

  it("a call that the store began without saying so is given back with its attempt, and made later", async () => {
    const store = memoryStore();
    let rejections = 1;
    const beginCalls: Store["claims"]["beginCalls"] = async (...call) => {
      const begun = await store.claims.beginCalls(...call);
      if (rejections-- > 0) throw new CrmError("unavailable", "The answer was lost.");
      return begun;
    };
    const sender = recordingSender(undefined, { remembersKeysMs: 0 });
    const claims = { ...store.claims, beginCalls };
    const engine = await engineWith(people(1), sender, { store: { ...store, claims }, queue: memoryQueue() });
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    await engine.work.plan(never);
    await expect(engine.work.deliver(never)).rejects.toMatchObject({ code: "unavailable" });
    expect(sender.calls).toEqual([]);
    expect(await store.communications.get(`${id}:p0000`)).toMatchObject({ status: "pending", attempts: 0 });
    await runCampaigns(engine);
    expect(await store.communications.get(`${id}:p0000`)).toMatchObject({ status: "sent", attempts: 1 });
  });

  it("a row whose worker died in a call goes out again under the same key", async () => {
    let now = Date.now();
    const store = memoryStore({ now: () => now });
    const sender = recordingSender();
    const engine = await engineWith(people(1), sender, { store, queue: memoryQueue() });
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    await engine.work.plan(never);
    const [claim] = await store.claims.claim({ campaignId: id, limit: 1, leaseMs: 15_000 });
    if (!claim) throw new Error("nothing to claim");
    await store.claims.beginCalls([{ id: claim.id, epoch: claim.epoch, to: "p0@example.com" }], 1_000);
    await runCampaigns(engine);
    expect(sender.calls).toEqual([]);
    now += 16_000;
    await engine.work.sweep();
    await runCampaigns(engine);
    expect(sender.calls.flat().map((message) => message.id)).toEqual([`${id}:p0000`]);
    expect(await engine.campaigns.get(id)).toMatchObject({ status: "completed" });
  });

  it.each([{ unsettled: true }, { reopening: { status: "failed" } }] as const)(
    "completes nothing while rows are still to be reopened: %o",
    async (mark) => {
      const engine = await engineWith(people(1));
      const id = await draftToAll(engine);
      await engine.campaigns.launch(id);
      await engine.work.plan(never);
      const { campaigns } = engine.store;
      const campaign = await storedCampaign(engine, id);
      await campaigns.replace({ ...campaign, ...mark, version: campaign.version + 1 }, campaign.version);
      while (await engine.work.deliver(never));
      expect(await engine.campaigns.stats(id)).toMatchObject({ sent: 1, pending: 0 });
      const marked = await storedCampaign(engine, id);
      expect(marked.status).toBe("running");
      const { unsettled: _, reopening: __, ...settled } = marked;
      await campaigns.replace({ ...settled, version: marked.version + 1 }, marked.version);
      await engine.work.deliver(never);
      expect(await engine.campaigns.get(id)).toMatchObject({ status: "completed" });
    },
  );

  it("never claims more than the rate allows", async () => {
    let now = 1_700_000_000_000;
    const sender = recordingSender();
    const engine = await engineWith(people(100), sender, {
      store: memoryStore({ now: () => now }),
      queue: memoryQueue(),
      senderRate: 10,
    });
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    const sentBy = async () => {
      await runCampaigns(engine);
      return sender.calls.flat().length;
    };
    expect(await sentBy()).toBeLessThanOrEqual(10);
    now += 1_000;
    expect(await sentBy()).toBeLessThanOrEqual(20);
    for (let second = 0; second < 12; second++, now += 1_000) await sentBy();
    expect(await sentBy()).toBe(100);
  });
});
