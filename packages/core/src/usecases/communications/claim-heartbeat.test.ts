import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { memoryStore } from "../../memory/index.js";
import type { Store } from "../../ports/index.js";
import { startHeartbeat } from "./claim-heartbeat.js";

const LEASE_MS = 9_000;

describe("held claims", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  /** Two claimed rows, on a store whose renewals may be kept from it. */
  async function claimed() {
    const store = memoryStore();
    const renewals: { count: number; get: () => Promise<void> } = { count: 0, get: async () => undefined };
    const renew: Store["claims"]["renew"] = async (refs, leaseMs) => {
      renewals.count += 1;
      await renewals.get();
      return store.claims.renew(refs, leaseMs);
    };
    await store.customers.apply(["a", "b"].map((id) => ({ id, stamp: 1, fields: {} })));
    const everyone = { kind: "all", of: [] } as const;
    await store.communications.plan({ campaignId: "k", channel: "sms", condition: everyone, plannedAt: Date.now() });
    const claims = await store.claims.claim({ campaignId: "k", limit: 2, leaseMs: LEASE_MS });
    const held = startHeartbeat({ store: { ...store, claims: { ...store.claims, renew } }, leaseMs: LEASE_MS }, claims);
    const sweep = () => store.claims.sweep({ vendorHonoursKeys: true, limit: 10 });
    return { store, claims, held, renewals, sweep };
  }

  it("are renewed at a third of their lease, and swept when their holder has ended", async () => {
    const { held, renewals, sweep } = await claimed();
    await vi.advanceTimersByTimeAsync(LEASE_MS / 3 - 1);
    expect(renewals.count).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(renewals.count).toBe(1);
    await vi.advanceTimersByTimeAsync(10 * LEASE_MS);
    expect(await sweep()).toBe(0);
    await held.end();
    await vi.advanceTimersByTimeAsync(LEASE_MS - 1);
    expect(await sweep()).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(await sweep()).toBe(2);
  });

  it("that are settled one by one leave the others held", async () => {
    const { store, claims, held, sweep } = await claimed();
    const [first] = claims;
    await store.claims.skip([{ id: first?.id ?? "", epoch: first?.epoch ?? 0, reason: "no_address" }]);
    await vi.advanceTimersByTimeAsync(2 * LEASE_MS);
    expect(await sweep()).toBe(0);
    expect(await store.communications.stats("k")).toMatchObject({ claimed: 1, skipped: 1 });
    await held.end();
  });

  it("outlive a renewal that fails", async () => {
    const { held, renewals, sweep } = await claimed();
    renewals.get = async () => {
      throw new Error("the store is away");
    };
    await vi.advanceTimersByTimeAsync(LEASE_MS / 3);
    renewals.get = async () => undefined;
    await vi.advanceTimersByTimeAsync(LEASE_MS);
    expect(await sweep()).toBe(0);
    await held.end();
  });

  it("are renewed before their time where they are to last for longer than is left", async () => {
    const { held, renewals } = await claimed();
    await held.ensure(LEASE_MS);
    expect(renewals.count).toBe(0);
    await vi.advanceTimersByTimeAsync(1_000);
    await held.ensure(LEASE_MS - 1_000);
    expect(renewals.count).toBe(0);
    await held.ensure(LEASE_MS - 999);
    expect(renewals.count).toBe(1);
    await held.ensure(LEASE_MS);
    expect(renewals.count).toBe(1);
    await held.end();
  });

  it("end only when the renewal under way has, and none is begun beside it", async () => {
    const { held, renewals } = await claimed();
    let finish: (() => void) | undefined;
    renewals.get = () => new Promise((resolve) => (finish = resolve));
    await vi.advanceTimersByTimeAsync(LEASE_MS);
    expect(renewals.count).toBe(1);
    renewals.get = async () => undefined;
    let ended = false;
    const ending = held.end().then(() => (ended = true));
    await vi.advanceTimersByTimeAsync(0);
    expect(ended).toBe(false);
    finish?.();
    await ending;
  });
});
