import { describe, expect, it, vi } from "vitest";
import { draftToAll, memoryEngine, people, recordingSender, runCampaigns } from "../../engine.fixture.js";
import { CrmError } from "../../errors.js";
import { memoryQueue, memoryStore } from "../../memory/index.js";
import type { Store } from "../../ports/index.js";
import type { MessageQueue, QueueMessage } from "../../ports/queue.js";
import type { Sender } from "../../ports/sender.js";

const never = new AbortController().signal;
const EIGHT = ["pending", "claimed", "sent", "delivered", "failed", "bounced", "skipped", "unknown"] as const;

async function engineWith(rows: readonly object[], sender = recordingSender(), more: object = {}) {
  const engine = memoryEngine({ sender, ...more });
  await engine.ingest.customers(rows);
  await engine.workOff();
  return engine;
}

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

describe("pause, resume and cancel", () => {
  it("a pause stops after the call under way, and resuming sends the rest once", async () => {
    let pause: (() => Promise<unknown>) | undefined;
    const sender = recordingSender(
      async () => {
        await pause?.();
        return { status: "accepted" };
      },
      { maxBatch: 10 },
    );
    const engine = await engineWith(people(55), sender);
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    await engine.work.plan(never);
    pause = () => engine.campaigns.pause(id);
    await runCampaigns(engine);
    pause = undefined;
    expect(sender.calls).toHaveLength(1);
    expect(await engine.campaigns.stats(id)).toMatchObject({ sent: 10, pending: 45 });
    expect(await engine.campaigns.pause(id)).toMatchObject({ status: "paused" });
    expect(await engine.campaigns.resume(id)).toMatchObject({ status: "running" });
    await runCampaigns(engine);
    expect(new Set(sender.calls.flat().map((message) => message.id)).size).toBe(55);
    expect(sender.calls.flat()).toHaveLength(55);
    expect(await engine.campaigns.get(id)).toMatchObject({ status: "completed" });
  });

  it("paused while planning, goes on planning and plans nobody twice", async () => {
    const engine = await engineWith(people(30));
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    await engine.campaigns.pause(id);
    expect(await engine.work.plan(never)).toBe(false);
    expect(await engine.campaigns.resume(id)).toMatchObject({ status: "planning" });
    await runCampaigns(engine);
    expect(await engine.campaigns.stats(id)).toMatchObject({ total: 30, sent: 30 });
  });

  it("a cancel skips what is pending, with its reason, and sends no more", async () => {
    const sender = recordingSender();
    const engine = await engineWith(people(40), sender);
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    await engine.work.plan(never);
    expect(await engine.campaigns.cancel(id)).toMatchObject({ status: "cancelled" });
    await runCampaigns(engine);
    expect(sender.calls).toEqual([]);
    expect(await engine.campaigns.stats(id)).toMatchObject({ skipped: 40, skippedBy: { campaign_cancelled: 40 } });
    expect(await engine.campaigns.cancel(id)).toMatchObject({ status: "cancelled" });
    await expect(engine.campaigns.resume(id)).rejects.toMatchObject({ code: "conflict", details: { status: "cancelled" } });
  });

  it("the sweeper finishes a cancellation whose caller died half-way", async () => {
    const store = memoryStore();
    const engine = await engineWith(people(5), recordingSender(), { store, queue: memoryQueue() });
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    await engine.work.plan(never);
    const campaign = await engine.campaigns.get(id);
    await store.campaigns.replace(
      { ...campaign, status: "cancelled", unsettled: true, version: campaign.version + 1 },
      campaign.version,
    );
    await engine.work.sweep();
    expect(await engine.campaigns.stats(id)).toMatchObject({ skipped: 5, pending: 0 });
    expect(await store.campaigns.findUnsettled({ limit: 10 })).toMatchObject({ items: [] });
  });
});

describe("a plan that goes wrong", () => {
  /** As on a server where a statement runs on, whatever becomes of its campaign: it is over before the statement is. */
  function slowStore(over: (id: string) => Promise<unknown>): Store {
    const store = memoryStore();
    const { plan } = store.communications;
    const slowPlan: typeof plan = async ({ epoch: _, ...range }) => {
      await over(range.campaignId);
      return plan(range);
    };
    return { ...store, communications: { ...store.communications, plan: slowPlan } };
  }

  it("a cancel in the middle of a range leaves no row of it behind", async () => {
    const store = slowStore((id) => engine.campaigns.cancel(id));
    const engine = await engineWith(people(5), recordingSender(), { store, queue: memoryQueue() });
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    await engine.work.plan(never);
    await engine.work.sweep();
    expect(await engine.campaigns.stats(id)).toMatchObject({ total: 5, skippedBy: { campaign_cancelled: 5 } });
    expect(await store.campaigns.findUnsettled({ limit: 10 })).toMatchObject({ items: [] });
  });

  it("a cancellation is not finished while a planner may still add rows", async () => {
    let now = Date.now();
    const store = memoryStore({ now: () => now });
    const engine = await engineWith(people(5), recordingSender(), { store, queue: memoryQueue(), leaseMs: 15_000 });
    const id = await draftToAll(engine);
    const { plan } = await engine.campaigns.launch(id);
    await store.leases.acquire(`plan:${id}`, 15_000);
    await engine.campaigns.cancel(id);
    await engine.work.sweep();
    const everyone = { kind: "all", of: [] } as const;
    await store.communications.plan({ campaignId: id, channel: "email", condition: everyone, plannedAt: plan?.now ?? 0 });
    now += 16_000;
    await engine.work.sweep();
    expect(await engine.campaigns.stats(id)).toMatchObject({ total: 5, skipped: 5 });
    expect(await store.campaigns.findUnsettled({ limit: 10 })).toMatchObject({ items: [] });
  });

  it("rows that come when the campaign is completed are skipped, with the reason", async () => {
    const store = slowStore(async (id) => {
      const campaign = await engine.campaigns.get(id);
      const completed = { ...campaign, status: "completed", version: campaign.version + 1 } as const;
      await store.campaigns.replace(completed, campaign.version);
    });
    const engine = await engineWith(people(2), recordingSender(), { store, queue: memoryQueue() });
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    await engine.work.plan(never);
    expect(await engine.campaigns.stats(id)).toMatchObject({ total: 2, pending: 0, skippedBy: { audience_frozen: 2 } });
  });

  it("does not hold up the campaigns after it, and is tried in smaller ranges", async () => {
    const store = memoryStore();
    const { plan } = store.communications;
    const sizes: number[] = [];
    const idAfter: Store["customers"]["idAfter"] = (after, size) => {
      sizes.push(size);
      return store.customers.idAfter(after, size);
    };
    const brokenPlan: typeof plan = async (range) => {
      if (range.campaignId === first) throw new Error("too slow");
      return plan(range);
    };
    const engine = await engineWith(people(3), recordingSender(), {
      store: {
        ...store,
        customers: { ...store.customers, idAfter },
        communications: { ...store.communications, plan: brokenPlan },
      },
      queue: memoryQueue(),
    });
    const first = await draftToAll(engine);
    const second = await draftToAll(engine);
    await engine.campaigns.launch(first);
    await engine.campaigns.launch(second);
    await expect(engine.work.plan(never)).rejects.toThrow("too slow");
    expect(await engine.campaigns.get(first)).toMatchObject({ status: "planning" });
    expect(await engine.campaigns.get(second)).toMatchObject({ status: "running" });
    expect(Math.min(...sizes)).toBe(50);
  });
});

describe("a vendor's answers", () => {
  it("a rejection fails at once with its reason, and its neighbours are sent", async () => {
    const sender = recordingSender((message) =>
      message.customerId === "p0001" ? { status: "rejected", reason: "bad address" } : { status: "accepted" },
    );
    const engine = await engineWith(people(3), sender);
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    await runCampaigns(engine);
    expect(await engine.campaigns.stats(id)).toMatchObject({ sent: 2, failed: 1, failedBy: { "bad address": 1 } });
  });

  it("a transient answer is tried again under the same key, and fails after the last attempt", async () => {
    let now = Date.now();
    const sender = recordingSender((message) =>
      message.customerId === "p0001" ? { status: "retry", reason: "busy" } : { status: "accepted" },
    );
    const engine = await engineWith(people(2), sender, {
      store: memoryStore({ now: () => now }),
      queue: memoryQueue(),
      maxAttempts: 3,
    });
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    for (let turn = 0; turn < 6; turn++) {
      await runCampaigns(engine);
      now += 120_000;
    }
    const calls = sender.calls.flat().filter((message) => message.customerId === "p0001");
    expect(calls.map((message) => message.id)).toEqual(Array(3).fill(`${id}:p0001`));
    expect(await engine.campaigns.stats(id)).toMatchObject({ sent: 1, failed: 1, failedBy: { "busy (attempt 3 of 3)": 1 } });
    expect(await engine.campaigns.get(id)).toMatchObject({ status: "completed" });
  });

  it("honours the vendor's Retry-After", async () => {
    let now = 1_700_000_000_000;
    const sender = recordingSender(() =>
      sender.calls.length === 1 ? { status: "retry", retryAfterMs: 90_000 } : { status: "accepted" },
    );
    const engine = await engineWith(people(1), sender, { store: memoryStore({ now: () => now }), queue: memoryQueue() });
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    await runCampaigns(engine);
    now += 89_000;
    await runCampaigns(engine);
    expect(sender.calls).toHaveLength(1);
    now += 2_000;
    await runCampaigns(engine);
    expect(sender.calls).toHaveLength(2);
  });

  it("a broken call is repeated where keys are honoured, and leaves the row unknown where they are not", async () => {
    for (const honoursKeys of [true, false]) {
      const sender = recordingSender(() => Promise.reject(new Error("socket hang up")), { honoursKeys });
      const engine = await engineWith(people(2), sender);
      const id = await draftToAll(engine);
      await engine.campaigns.launch(id);
      await engine.work.plan(never);
      await engine.work.deliver(never);
      const stats = await engine.campaigns.stats(id);
      expect(stats).toMatchObject(honoursKeys ? { pending: 2, unknown: 0 } : { pending: 0, unknown: 2 });
      expect(sender.calls.every((messages) => messages.length === (honoursKeys ? 2 : 1))).toBe(true);
    }
  });

  it("a vendor that hangs and does not heed its signal does not keep its rows", async () => {
    const sender = recordingSender(() => new Promise(() => undefined), { timeoutMs: 20 });
    const engine = await engineWith(people(1), sender);
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    await engine.work.plan(never);
    await engine.work.deliver(never);
    expect(await engine.work.store.communications.get(`${id}:p0000`)).toMatchObject({
      status: "pending",
      reason: "the call to the vendor broke: no answer within 20 ms",
    });
  });

  it("a call that ran out of time is tried again where the vendor surely took nothing, and leaves the row unknown where it may have", async () => {
    for (const taken of ["surely not", "perhaps"]) {
      const error = taken === "perhaps" ? new Error("aborted") : new CrmError("unavailable", "no connection was made");
      const send: Sender["send"] = (_, signal) =>
        new Promise((_, reject) => signal.addEventListener("abort", () => setTimeout(() => reject(error), 5)));
      const engine = await engineWith(people(1), recordingSender(undefined, { honoursKeys: false, timeoutMs: 20, send }));
      const id = await draftToAll(engine);
      await engine.campaigns.launch(id);
      await engine.work.plan(never);
      await engine.work.deliver(never);
      expect(await engine.work.store.communications.get(`${id}:p0000`)).toMatchObject(
        taken === "perhaps"
          ? { status: "unknown", reason: "the call to the vendor broke: no answer within 20 ms" }
          : { status: "pending", reason: "the vendor is not available: no connection was made" },
      );
    }
  });

  it.each(["rejected", "retry"] as const)("no address stays in a row by the reason of a result that is %s", async (status) => {
    const sender = recordingSender(({ to }) => ({ status, reason: `550 5.1.1 <${to}>: no such user` }));
    const engine = await engineWith(people(1), sender);
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    await engine.work.plan(never);
    await engine.work.deliver(never);
    expect((await engine.work.store.communications.get(`${id}:p0000`))?.reason).toBe("550 5.1.1 [hidden] no such user");
  });

  it("no address stays in a row or in the queue by the reason of a receipt", async () => {
    const queue = memoryQueue();
    const publish = vi.spyOn(queue, "publish");
    const engine = await engineWith(people(1), recordingSender(), { queue });
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    await runCampaigns(engine);
    await engine.receipts.accept([{ messageId: `${id}:p0000`, status: "bounced", reason: "550 <p0@example.com> unknown" }]);
    expect(publish.mock.lastCall?.[1][0]?.body).toContain("550 [hidden] unknown");
    await engine.workOff();
    expect(await engine.work.store.communications.get(`${id}:p0000`)).toMatchObject({
      status: "bounced",
      reason: "550 [hidden] unknown",
    });
  });

  it("giving up says nothing about a row that another worker has in hand", async () => {
    let now = Date.now();
    const store = memoryStore({ now: () => now });
    const sender = recordingSender(async () => {
      if (sender.calls.length > 1) return { status: "accepted" };
      now += 16_000;
      await engine.work.sweep();
      await engine.work.deliver(never);
      return { status: "retry", reason: "busy" };
    });
    const engine = await engineWith(people(1), sender, { store, queue: memoryQueue(), maxAttempts: 1 });
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    await engine.work.plan(never);
    await engine.work.deliver(never);
    expect(sender.calls).toHaveLength(2);
    expect(await engine.campaigns.stats(id)).toMatchObject({ sent: 1, failed: 0 });
  });

  it("looks at consent again before each call of a claim", async () => {
    const sender = recordingSender(
      async () => {
        const withdrawal = { customerId: "p0002", channel: "email", by: "unsubscribed", at: Date.now() } as const;
        await engine.work.store.customers.withdrawConsent([withdrawal]);
        return { status: "accepted" };
      },
      { honoursKeys: false },
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
    const engine = await engineWith(people(1), recordingSender(undefined, { honoursKeys: false }), {
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

  it("carries the address that withdraws its recipient, where there is one", async () => {
    const sender = recordingSender();
    const unsubscribeUrl = (messageId: string) => `https://crm.example/u/${messageId}`;
    const engine = await engineWith(people(1), sender, { unsubscribeUrl });
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    await runCampaigns(engine);
    expect(sender.calls.flat()).toMatchObject([{ unsubscribeUrl: `https://crm.example/u/${id}:p0000` }]);
    const plain = recordingSender();
    const without = await engineWith(people(1), plain);
    await without.campaigns.launch(await draftToAll(without));
    await runCampaigns(without);
    expect(plain.calls.flat()).toHaveLength(1);
    expect(plain.calls.flat()[0]).not.toHaveProperty("unsubscribeUrl");
  });

  it.each([{ unsettled: true }, { reopening: { status: "failed" } }] as const)(
    "completes nothing while rows are still to be reopened: %o",
    async (mark) => {
      const engine = await engineWith(people(1));
      const id = await draftToAll(engine);
      await engine.campaigns.launch(id);
      await engine.work.plan(never);
      const { campaigns } = engine.work.store;
      const campaign = await engine.campaigns.get(id);
      await campaigns.replace({ ...campaign, ...mark, version: campaign.version + 1 }, campaign.version);
      while (await engine.work.deliver(never));
      expect(await engine.campaigns.stats(id)).toMatchObject({ sent: 1, pending: 0 });
      const marked = await engine.campaigns.get(id);
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

describe("receipts", () => {
  it("in any order and repeated change one row once", async () => {
    const engine = await engineWith(people(2));
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    await runCampaigns(engine);
    const key = `${id}:p0000`;
    const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
    const delivered = { messageId: key, status: "delivered", occurredAt: at(5) };
    await engine.receipts.accept([{ messageId: key, status: "opened", occurredAt: at(9) }, delivered, delivered, delivered]);
    await engine.receipts.accept([{ messageId: key, status: "sent", occurredAt: at(1) }]);
    await engine.workOff();
    const { items } = await engine.campaigns.log({ campaignId: id, status: "delivered" }, { limit: 10 });
    expect(items).toHaveLength(1);
    expect(items[0]?.evidence).toEqual({ sent: Date.parse(at(1)), delivered: Date.parse(at(5)), opened: Date.parse(at(9)) });
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
    expect((await engine.customers.get("p0000")).consent.email).toMatchObject({ state: "withdrawn", by: "complained" });
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
      const [outcome] = await engine.work.applyReceipts([message]);
      pauses.push(outcome instanceof CrmError && outcome.details.retryAfterMs);
    }
    expect(pauses).toEqual([500, 4_000, 30_000, 500]);
    await engine.work.store.communications.plan({
      ...{ campaignId: "k", channel: "email", condition: { kind: "all", of: [] }, plannedAt: now },
    });
    expect(await engine.work.applyReceipts([message])).toEqual([undefined]);
    expect(await engine.work.store.communications.stats("k")).toMatchObject({ delivered: 1 });
  });

  it("that are wrong are refused by their places, and their neighbours are taken", async () => {
    const engine = memoryEngine();
    const accepted = await engine.receipts.accept([
      { messageId: "a:b", status: "sent" },
      { messageId: "a:b", status: "lost" },
      { messageId: "a:c", status: "sent" },
    ]);
    expect(accepted).toMatchObject({ received: 2, rejected: [{ index: 1, path: "status" }] });
    expect(await engine.work.queue.depth("receipts")).toMatchObject({ messages: 2 });
    const many = await engine.receipts.accept(Array.from({ length: 2_000 }, () => ({})));
    expect([many.received, many.rejected.length]).toEqual([0, 1_000]);
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
