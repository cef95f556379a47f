import { describe, expect, it } from "vitest";
import { draftToAll, memoryEngine, people, recordingSender, runCampaigns } from "../engine.fixture.js";
import { createMemoryDatabase } from "../memory/index.js";

describe("erasing a customer", () => {
  it("rejects what was queued before, each row by name, and takes what is sent after", async () => {
    const engine = memoryEngine();
    await engine.ingest.customers([{ id: "c1", name: "Ann" }]);
    await engine.workOff();
    const customers = await engine.ingest.customers([{ id: "c1", name: "Ann" }, { id: "c2" }]);
    const orders = await engine.ingest.orders([{ id: "o1", customerId: "c1", amount: 5, placedAt: "2026-01-01" }]);
    expect(await engine.customers.erase("c1")).toBe(true);
    await engine.workOff();
    await expect(engine.customers.get("c1")).rejects.toMatchObject({ code: "not_found" });
    const message = "the customer was erased after this row was sent";
    expect(await engine.batches.get(customers.batchId)).toMatchObject({
      status: "completed",
      accepted: 1,
      rejected: 1,
      errors: [{ row: 1, path: "id", message }],
    });
    expect(await engine.batches.get(orders.batchId)).toMatchObject({
      rejected: 1,
      errors: [{ row: 1, path: "customerId", message }],
    });
    await engine.ingest.customers([{ id: "c1", phone: "+441234567" }]);
    await engine.workOff();
    const again = await engine.customers.get("c1");
    expect([again.phone, again.name, again.orderCount]).toEqual(["+441234567", undefined, 0]);
  });

  it("again, or of somebody unknown, is no fault", async () => {
    const engine = memoryEngine();
    await engine.ingest.customers([{ id: "c1" }]);
    await engine.workOff();
    expect([await engine.customers.erase("c1"), await engine.customers.erase("c1"), await engine.customers.erase("\0")]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it("holds against a row of a process whose clock is ahead, when it is delivered again", async () => {
    const database = createMemoryDatabase();
    const ahead = memoryEngine({ store: database.open(), clock: () => Date.now() + 60_000 });
    const engine = memoryEngine({ store: database.open() });
    await ahead.ingest.customers([{ id: "c1" }]);
    await ahead.workOff();
    const stored = await engine.store.customers.get("c1");
    await engine.customers.erase("c1");
    expect(await engine.store.customers.apply([{ id: "c1", stamp: stored?.stamp ?? 0, fields: {} }])).toEqual(["erased"]);
  });

  it("after the plan and before the claim skips the row", async () => {
    const sender = recordingSender();
    const engine = memoryEngine({ sender });
    await engine.ingest.customers(people(3));
    await engine.workOff();
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    await engine.work.plan(new AbortController().signal);
    await engine.customers.erase("p0001");
    await runCampaigns(engine);
    expect(await engine.campaigns.stats(id)).toMatchObject({ total: 3, sent: 2, skippedBy: { erased: 1 } });
    expect(sender.calls.flat().map(({ customerId }) => customerId)).not.toContain("p0001");
  });
});

it("a recount goes through everybody, tells how far it is, and ends at a signal", async () => {
  const engine = memoryEngine();
  await engine.ingest.customers(people(1_050));
  await engine.workOff();
  const seen: number[] = [];
  expect(await engine.recount({ onProgress: ({ checked }) => seen.push(checked) })).toEqual({ checked: 1_050, corrected: 0 });
  expect(seen).toEqual([500, 1_000, 1_050]);
  const stopping = new AbortController();
  await expect(
    engine.recount({ signal: stopping.signal, onProgress: () => stopping.abort(new Error("enough")) }),
  ).rejects.toThrow("enough");
});
