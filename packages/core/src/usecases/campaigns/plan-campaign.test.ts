import { describe, expect, it } from "vitest";
import { draftToAll, engineWith, people, recordingSender, storedCampaign } from "../../engine.fixture.js";
import { CrmError } from "../../errors.js";
import { memoryQueue, memoryStore } from "../../memory/index.js";
import type { PlanRange } from "../../ports/communications.js";
import type { Store } from "../../ports/index.js";

const never = new AbortController().signal;

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
    await engine.campaigns.launch(id);
    const { plan } = await storedCampaign(engine, id);
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
      const campaign = await storedCampaign(engine, id);
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
    expect(Math.min(...sizes)).toBe(1);
  });

  /** As where a statement is stopped at its time limit: by its rule, not by the store. */
  async function limitedStore(isTooMuch: (range: PlanRange) => boolean) {
    const store = memoryStore();
    const { plan } = store.communications;
    const limited: typeof plan = async (range) => {
      if (JSON.stringify(range.condition) !== JSON.stringify({ kind: "any", of: [] }) && isTooMuch(range))
        throw new CrmError("unavailable", "the statement did not end in time");
      return plan(range);
    };
    const engine = await engineWith(people(5), recordingSender(), {
      store: { ...store, communications: { ...store.communications, plan: limited } },
      queue: memoryQueue(),
    });
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    return { engine, id };
  }

  it("fails with the reason where the store can't evaluate the rule for one customer alone, and can be cancelled", async () => {
    const { engine, id } = await limitedStore(({ upTo }) => upTo === undefined || upTo > "p0002");
    await engine.work.plan(never);
    expect(await engine.campaigns.get(id)).toMatchObject({
      status: "failed",
      reason: expect.stringMatching(
        /can't be evaluated by the store, even for the customer after p0002 alone: the statement did not end/,
      ),
    });
    expect(await engine.work.plan(never)).toBe(false);
    await engine.campaigns.cancel(id);
    expect(await engine.campaigns.stats(id)).toMatchObject({ total: 3, skippedBy: { campaign_cancelled: 3 } });
  });

  it("goes on where a customer is too much once or twice only", async () => {
    let left = 7;
    const { engine, id } = await limitedStore(() => left-- > 0);
    await engine.work.plan(never);
    expect(left).toBeLessThan(0);
    expect(await engine.campaigns.get(id)).toMatchObject({ status: "running" });
    expect(await engine.campaigns.stats(id)).toMatchObject({ total: 5 });
  });
});
