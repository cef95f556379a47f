import { describe, expect, it } from "vitest";
import { draftToAll, engineWith, people, recordingSender, runCampaigns } from "../../engine.fixture.js";
import { CrmError } from "../../errors.js";
import { memoryQueue, memoryStore } from "../../memory/index.js";
import type { Sender } from "../../ports/sender.js";

const never = new AbortController().signal;

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

  it("a row that a vendor defers is tried again for a day, and then fails outside the error rate", async () => {
    const MINUTE = 60_000;
    const world = { now: 1_700_000_000_000 };
    const clock = () => world.now;
    const sender = recordingSender(() => ({ status: "retry", reason: "greylisted" }));
    const store = memoryStore({ now: clock });
    const engine = await engineWith(people(201), sender, { store, queue: memoryQueue(), clock });
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    const start = world.now;
    for (; world.now < start + 1_439 * MINUTE; world.now += MINUTE) await runCampaigns(engine);
    expect(await engine.campaigns.stats(id)).toMatchObject({ pending: 201, failed: 0 });
    for (; world.now < start + 1_500 * MINUTE; world.now += MINUTE) await runCampaigns(engine);
    expect(await engine.campaigns.stats(id)).toMatchObject({ failed: 201, failedBy: { deferred_too_long: 201 } });
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
    for (const remembersKeysMs of [60_000, 0]) {
      const sender = recordingSender(() => Promise.reject(new Error("socket hang up")), { remembersKeysMs });
      const engine = await engineWith(people(2), sender);
      const id = await draftToAll(engine);
      await engine.campaigns.launch(id);
      await engine.work.plan(never);
      await engine.work.deliver(never);
      const stats = await engine.campaigns.stats(id);
      expect(stats).toMatchObject(remembersKeysMs ? { pending: 2, unknown: 0 } : { pending: 0, unknown: 2 });
      expect(sender.calls.every((messages) => messages.length === (remembersKeysMs ? 2 : 1))).toBe(true);
    }
  });

  it("a vendor that hangs and does not heed its signal does not keep its rows", async () => {
    const sender = recordingSender(() => new Promise(() => undefined), { timeoutMs: 20 });
    const engine = await engineWith(people(1), sender);
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    await engine.work.plan(never);
    await engine.work.deliver(never);
    expect(await engine.store.communications.get(`${id}:p0000`)).toMatchObject({
      status: "pending",
      reason: "the call to the vendor broke: no answer within 20 ms",
    });
  });

  it("a call that ran out of time is tried again where the vendor surely took nothing, and leaves the row unknown where it may have", async () => {
    for (const taken of ["surely not", "perhaps"]) {
      const error = taken === "perhaps" ? new Error("aborted") : new CrmError("unavailable", "no connection was made");
      const send: Sender["send"] = (_, signal) =>
        new Promise((_, reject) => signal.addEventListener("abort", () => setTimeout(() => reject(error), 5)));
      const engine = await engineWith(people(1), recordingSender(undefined, { remembersKeysMs: 0, timeoutMs: 20, send }));
      const id = await draftToAll(engine);
      await engine.campaigns.launch(id);
      await engine.work.plan(never);
      await engine.work.deliver(never);
      expect(await engine.store.communications.get(`${id}:p0000`)).toMatchObject(
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
    expect((await engine.store.communications.get(`${id}:p0000`))?.reason).toBe("550 5.1.1 [hidden] no such user");
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
});
