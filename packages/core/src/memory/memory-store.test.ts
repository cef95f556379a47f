import { describe, expect, it } from "vitest";
import { storeContract } from "../testing/store-contract.js";
import { createMemoryDatabase, memoryStore } from "./memory-store.js";

describe("memory store", () => {
  // The database outlives its handles, so that even what needs durability can be shown here.
  it.concurrent.each(storeContract)("$name", async ({ run }) => {
    const database = createMemoryDatabase();
    await run({ open: async () => database.open(), maxWaitMs: 5_000 });
  });

  it("keeps nothing for the next store, and says so", async () => {
    await memoryStore().customers.apply([{ id: "c1", stamp: 1, fields: {} }]);
    const store = memoryStore();
    expect(await store.customers.get("c1")).toBeUndefined();
    expect(await store.info()).toMatchObject({ durable: false });
  });

  it("tells leases and due rows by the clock it is given", async () => {
    let now = 1_000;
    const store = memoryStore({ now: () => now });
    expect(await store.leases.acquire("name", 10)).toBe(1);
    now += 9;
    expect(await store.leases.acquire("name", 10)).toBeUndefined();
    now += 1;
    expect(await store.leases.acquire("name", 10)).toBe(2);
  });

  it("gives back without a delay what is due at once, though its clock was set back", async () => {
    let now = 1_000;
    const store = memoryStore({ now: () => now });
    const campaign = { campaignId: "k1", limit: 1, leaseMs: 60_000 };
    await store.customers.apply([{ id: "c1", stamp: 1, fields: {} }]);
    await store.communications.plan({ campaignId: "k1", channel: "email", condition: { kind: "all", of: [] }, plannedAt: 1 });
    const [claim] = await store.claims.claim(campaign);
    now -= 500;
    await store.claims.release([{ id: "k1:c1", epoch: claim?.epoch ?? 0, delayMs: 0 }]);
    expect((await store.claims.claim(campaign)).map(({ id }) => id)).toEqual(["k1:c1"]);
  });
});
