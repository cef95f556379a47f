import { describe, expect, it } from "vitest";
import {
  type Answer,
  draftToAll,
  memoryEngine,
  people,
  recordingSender,
  runCampaigns,
  storedCampaign,
} from "../../engine.fixture.js";
import { createMemoryDatabase } from "../../memory/index.js";
import type { Store } from "../../ports/index.js";

/** A vendor that answers as told so far. */
function toldSender(remembersKeysMs = 60_000) {
  const told: { answer: Answer } = { answer: () => ({ status: "accepted" }) };
  return { told, sender: recordingSender((message) => told.answer(message), { remembersKeysMs }) };
}

const rejecting = (...customerIds: readonly string[]): Answer => {
  return ({ customerId }) =>
    customerIds.includes(customerId) ? { status: "rejected", reason: "no such box" } : { status: "accepted" };
};
/** Of these the vendor says nothing. */
const losing = (...customerIds: readonly string[]): Answer => {
  return ({ customerId }) => (customerIds.includes(customerId) ? undefined : { status: "accepted" });
};

/** A campaign to `count` people that has been sent, with these answers. */
async function sent(count: number, answer: Answer, options: { remembersKeysMs?: number; store?: Store } = {}) {
  const { told, sender } = toldSender(options.remembersKeysMs);
  const engine = memoryEngine({ sender, ...(options.store ? { store: options.store } : {}) });
  await engine.ingest.customers(people(count));
  await engine.workOff();
  const id = await draftToAll(engine);
  told.answer = answer;
  await engine.campaigns.launch(id);
  await runCampaigns(engine);
  told.answer = () => ({ status: "accepted" });
  return { engine, sender, told, id };
}

const keysFrom = (sender: ReturnType<typeof recordingSender>, start: number) =>
  sender.calls
    .flat()
    .slice(start)
    .map((message) => message.id)
    .sort();

describe("retrying what failed", () => {
  it("sends every failed row again under a new key, and nobody else, and completes again", async () => {
    const { engine, sender, id } = await sent(5, rejecting("p0001", "p0003"));
    expect(await engine.campaigns.stats(id)).toMatchObject({ sent: 3, failed: 2 });
    const running = await engine.campaigns.retryFailed(id);
    const stored = await storedCampaign(engine, id);
    expect(stored).toMatchObject({ status: "running", reopenings: 1 });
    expect(stored).not.toHaveProperty("reopening");
    expect(stored).not.toHaveProperty("unsettled");
    expect(running.history.at(-1)).toMatchObject({ from: "completed", to: "running", by: "user" });
    await runCampaigns(engine);
    expect(keysFrom(sender, 5)).toEqual([`${id}:p0001~2`, `${id}:p0003~2`]);
    expect(await engine.campaigns.stats(id)).toMatchObject({ total: 5, sent: 5, failed: 0 });
    expect(await engine.campaigns.get(id)).toMatchObject({ status: "completed" });
  });

  it("sends those again that failed for one reason, though it dies half-way, and says which reasons there are", async () => {
    const database = createMemoryDatabase();
    const { engine, sender, id } = await sent(
      4,
      ({ customerId }) =>
        customerId === "p0000"
          ? { status: "accepted" }
          : { status: "rejected", reason: customerId === "p0001" ? "full" : "gone" },
      { store: database.open() },
    );
    expect(await engine.campaigns.stats(id)).toMatchObject({ failedBy: { full: 1, gone: 2 } });
    await expect(engine.campaigns.retryFailed(id, { reason: "ful" })).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringMatching(/"full".*"gone"|"gone".*"full"/),
    });
    const store = database.open();
    const dying = memoryEngine({
      sender,
      store: { ...store, communications: { ...store.communications, reopen: () => Promise.reject(new Error("died")) } },
    });
    await expect(dying.campaigns.retryFailed(id, { reason: "gone" })).rejects.toThrow("died");
    expect(await storedCampaign(engine, id)).toMatchObject({ reopening: { status: "failed", onlyReason: "gone" } });
    await engine.work.sweep();
    await runCampaigns(engine);
    expect(keysFrom(sender, 4)).toEqual([`${id}:p0002~2`, `${id}:p0003~2`]);
    expect(await engine.campaigns.stats(id)).toMatchObject({ sent: 3, failedBy: { full: 1 } });
  });

  it("is a conflict where nothing failed, or while it is not completed, and says why", async () => {
    const { engine, id } = await sent(2, () => ({ status: "accepted" }));
    await expect(engine.campaigns.retryFailed(id)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("No message of this campaign failed"),
    });
    expect(await engine.campaigns.get(id)).toMatchObject({ status: "completed" });
    const draft = await draftToAll(engine);
    await expect(engine.campaigns.retryFailed(draft)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("retry-failed is not possible"),
    });
  });

  it("asked for by many at once is one more reopening", async () => {
    const { engine, sender, id } = await sent(3, rejecting("p0001"));
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => engine.campaigns.retryFailed(id)));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await runCampaigns(engine);
    expect(keysFrom(sender, 3)).toEqual([`${id}:p0001~2`]);
  });

  it("that died half-way is finished by the sweeper; until then nothing completes", async () => {
    const database = createMemoryDatabase();
    const store = database.open();
    let budget = Number.POSITIVE_INFINITY;
    const dying: Store = {
      ...store,
      communications: {
        ...store.communications,
        reopen: async (rows) => {
          if (budget <= 0) throw new Error("killed");
          const reopened = await store.communications.reopen({ ...rows, limit: Math.min(rows.limit, budget) });
          budget -= reopened;
          return reopened;
        },
      },
    };
    const { engine, sender, id } = await sent(8, rejecting("p0001", "p0003", "p0005", "p0007"), { store: dying });
    budget = 2;
    await expect(engine.campaigns.retryFailed(id)).rejects.toThrow("killed");
    await runCampaigns(engine);
    expect(keysFrom(sender, 8)).toHaveLength(2);
    expect(await storedCampaign(engine, id)).toMatchObject({
      status: "running",
      reopening: { status: "failed" },
      unsettled: true,
    });
    budget = Number.POSITIVE_INFINITY;
    const { sender: other } = toldSender();
    const successor = memoryEngine({ store: database.open(), sender: other });
    await successor.work.sweep();
    await runCampaigns(successor);
    expect([...keysFrom(sender, 8), ...keysFrom(other, 0)].sort()).toEqual(
      ["p0001", "p0003", "p0005", "p0007"].map((customerId) => `${id}:${customerId}~2`),
    );
    const completed = await storedCampaign(successor, id);
    expect(completed.status).toBe("completed");
    expect(completed).not.toHaveProperty("reopening");
  });

  it("by a process that stood still while others completed the campaign sends what it reopens all the same", async () => {
    const store = createMemoryDatabase().open();
    let stands = true;
    const late: Store = {
      ...store,
      communications: {
        ...store.communications,
        reopen: async (rows) => {
          const campaign = await store.campaigns.get(rows.campaignId);
          if (stands && campaign) {
            stands = false;
            const { reopening: _, unsettled: __, ...done } = campaign;
            await store.campaigns.replace({ ...done, status: "completed", version: done.version + 1 }, done.version);
          }
          return store.communications.reopen(rows);
        },
      },
    };
    const { engine, sender, id } = await sent(3, rejecting("p0001"), { store: late });
    expect(await engine.campaigns.retryFailed(id)).toMatchObject({ status: "running" });
    await runCampaigns(engine);
    expect(keysFrom(sender, 3)).toEqual([`${id}:p0001~2`]);
    expect(await engine.campaigns.get(id)).toMatchObject({ status: "completed" });
  });

  it("that was cancelled half-way leaves no row pending", async () => {
    const database = createMemoryDatabase();
    const store = database.open();
    const dying: Store = {
      ...store,
      communications: {
        ...store.communications,
        reopen: async (rows) => {
          await store.communications.reopen({ ...rows, limit: 1 });
          throw new Error("killed");
        },
      },
    };
    const { engine, id } = await sent(4, rejecting("p0001", "p0002"), { store: dying });
    await expect(engine.campaigns.retryFailed(id)).rejects.toThrow("killed");
    expect(await engine.campaigns.cancel(id)).toMatchObject({ status: "cancelled" });
    const cancelled = await storedCampaign(engine, id);
    expect(cancelled).not.toHaveProperty("unsettled");
    expect(cancelled).not.toHaveProperty("reopening");
    await engine.work.sweep();
    expect(await engine.campaigns.stats(id)).toMatchObject({ pending: 0, failed: 1, skippedBy: { campaign_cancelled: 1 } });
  });
});

describe("rows that nobody knows of", () => {
  const unknown = (count: number, ...customerIds: readonly string[]) =>
    sent(count, losing(...customerIds), { remembersKeysMs: 0 });

  it("are sent again by resend, only those asked for, and the completed campaign runs again", async () => {
    const { engine, sender, id } = await unknown(4, "p0001", "p0002");
    expect(await engine.campaigns.get(id)).toMatchObject({ status: "completed" });
    expect(await engine.campaigns.resolveUnknown(id, { action: "resend", ids: [`${id}:p0002`] })).toMatchObject({
      status: "running",
    });
    expect(await storedCampaign(engine, id)).toMatchObject({ reopenings: 1 });
    await runCampaigns(engine);
    expect(keysFrom(sender, 4)).toEqual([`${id}:p0002~2`]);
    await engine.campaigns.resolveUnknown(id, { action: "resend" });
    await runCampaigns(engine);
    expect(keysFrom(sender, 5)).toEqual([`${id}:p0001~2`]);
    expect(await engine.campaigns.stats(id)).toMatchObject({ sent: 4, unknown: 0 });
    expect(await storedCampaign(engine, id)).toMatchObject({ status: "completed", reopenings: 2 });
  });

  it("are never sent again by skip", async () => {
    const { engine, sender, id } = await unknown(3, "p0001", "p0002");
    const [before, stored] = [await engine.campaigns.get(id), await storedCampaign(engine, id)];
    await engine.campaigns.resolveUnknown(id, { action: "skip", ids: [`${id}:p0001`] });
    expect(await engine.campaigns.stats(id)).toMatchObject({ unknown: 1, skippedBy: { by_operator: 1 } });
    expect(await engine.campaigns.resolveUnknown(id, { action: "skip" })).toEqual(before);
    expect(await storedCampaign(engine, id)).toEqual(stored);
    await runCampaigns(engine);
    expect(await engine.campaigns.stats(id)).toMatchObject({ unknown: 0, skippedBy: { by_operator: 2 } });
    expect(sender.calls.flat()).toHaveLength(3);
  });

  it("stay as they are, and the campaign too, where none of those asked for is unknown", async () => {
    const { engine, id } = await unknown(3, "p0001");
    const [before, stored] = [await engine.campaigns.get(id), await storedCampaign(engine, id)];
    expect(await engine.campaigns.resolveUnknown(id, { action: "resend", ids: [`${id}:p0000`] })).toEqual(before);
    expect(await storedCampaign(engine, id)).toEqual(stored);
    expect(await engine.campaigns.stats(id)).toMatchObject({ sent: 2, unknown: 1 });
  });

  /** Running, with one row that is unknown again. */
  const runningWithUnknown = async () => {
    const told = await unknown(3, "p0001");
    told.told.answer = losing("p0001");
    await told.engine.campaigns.resolveUnknown(told.id, { action: "resend" });
    const signal = new AbortController().signal;
    while ((await told.engine.campaigns.stats(told.id)).unknown === 0) await told.engine.work.deliver(signal);
    expect(await told.engine.campaigns.get(told.id)).toMatchObject({ status: "running" });
    told.told.answer = () => ({ status: "accepted" });
    return told;
  };

  it("are sent again while it runs, and in a paused campaign once it is resumed", async () => {
    const running = await runningWithUnknown();
    expect(await running.engine.campaigns.resolveUnknown(running.id, { action: "resend" })).toMatchObject({
      status: "running",
    });
    expect(await storedCampaign(running.engine, running.id)).toMatchObject({ reopenings: 2 });
    await runCampaigns(running.engine);
    expect(keysFrom(running.sender, 4)).toEqual([`${running.id}:p0001~3`]);

    const { engine, sender, id } = await runningWithUnknown();
    await engine.campaigns.pause(id);
    expect(await engine.campaigns.resolveUnknown(id, { action: "resend" })).toMatchObject({ status: "paused" });
    expect(await storedCampaign(engine, id)).toMatchObject({ reopenings: 2 });
    await runCampaigns(engine);
    expect(keysFrom(sender, 4)).toEqual([]);
    await engine.campaigns.resume(id);
    await runCampaigns(engine);
    expect(keysFrom(sender, 4)).toEqual([`${id}:p0001~3`]);
  });

  it("can be skipped in a cancelled campaign, but not sent", async () => {
    const { engine, id } = await runningWithUnknown();
    await engine.campaigns.cancel(id);
    await expect(engine.campaigns.resolveUnknown(id, { action: "resend" })).rejects.toMatchObject({
      code: "conflict",
      details: { status: "cancelled" },
    });
    await engine.campaigns.resolveUnknown(id, { action: "skip" });
    expect(await engine.campaigns.stats(id)).toMatchObject({ unknown: 0, skippedBy: { by_operator: 1 } });
  });

  it("must be named as this campaign's, and at most 1,000 at once", async () => {
    const { engine, id } = await unknown(2, "p0001");
    for (const [ids, path] of [
      [[`${id}:p0001`, "another:p0001"], "ids.1"],
      [["p0001"], "ids.0"],
      [Array.from({ length: 1_001 }, (_, index) => `${id}:p${index}`), "ids"],
      [[], "ids"],
    ] as const) {
      await expect(engine.campaigns.resolveUnknown(id, { action: "resend", ids })).rejects.toMatchObject({
        code: "invalid",
        details: { issues: [{ path }] },
      });
    }
    expect(await engine.campaigns.stats(id)).toMatchObject({ unknown: 1 });
  });

  it("are none in a draft", async () => {
    const { engine } = await unknown(1);
    const draft = await draftToAll(engine);
    for (const action of ["resend", "skip"] as const) {
      await expect(engine.campaigns.resolveUnknown(draft, { action })).rejects.toMatchObject({
        code: "conflict",
        details: { status: "draft" },
      });
    }
  });
});
