import { describe, expect, it, vi } from "vitest";
import { type MemoryEngine, memoryEngine } from "../../engine.fixture.js";
import { CrmError } from "../../errors.js";
import { memoryStore } from "../../memory/index.js";
import type { BatchKind } from "../../model/batch.js";
import type { Batches } from "../../ports/batches.js";
import type { Store } from "../../ports/index.js";
import type { QueueMessage } from "../../ports/queue.js";
import { encodeRowMessage } from "./row-message.js";

const PLACED = { amount: 5, placedAt: "2026-01-01" };
/** After every stamp that `part` makes. */
const LATER = Date.UTC(2027, 0, 1) * 1_000;

/** One part of a batch, whose rows are numbered and stamped in their order. */
function part(batchId: string, rows: readonly object[], number = 0): QueueMessage {
  const entries = rows.map((data, index) => ({ rows: [index + 1], stamp: Date.UTC(2026, 0, 1) * 1_000 + index, data }));
  return encodeRowMessage({ count: rows.length, batchId, part: number, single: false, entries });
}

async function engineOn(store: Store, kind: BatchKind, batchIds: readonly string[], received = 1): Promise<MemoryEngine> {
  for (const id of batchIds) {
    await store.batches.insert({ id, kind, createdAt: 0 });
    await store.batches.seal(id, { received, truncated: false });
  }
  return memoryEngine({ store });
}

const idsIn = async (engine: MemoryEngine) => (await engine.customers.list({ limit: 100 })).items.map(({ id }) => id);

/** A store whose next recording of fates is that of a worker that dies with it. */
function dyingWorker(store: Store): Store {
  const record: Batches["record"] = async () => {
    throw new CrmError("unavailable", "The worker died.");
  };
  return { ...store, batches: { ...store.batches, record } };
}

describe("a part that comes again", () => {
  it("is about the same customers, though an address has moved on since", async () => {
    const store = memoryStore();
    const engine = await engineOn(store, "customers", ["b"], 3);
    await store.customers.apply([{ id: "ann", stamp: 1, fields: { email: "ann@example.com" } }]);
    const rows = [
      { email: "ann@example.com", name: "Ann" },
      { id: "bob", email: "bob@example.com" },
      { email: "bob@example.com" },
    ];
    const message = part("b", rows);
    await expect(memoryEngine({ store: dyingWorker(store) }).apply("customers", [message])).rejects.toThrow("The worker died.");
    const moves = ["ann", "bob"].map((id) => ({ id, stamp: LATER, fields: { email: `${id}@example.org` } }));
    await store.customers.apply(moves);
    await engine.apply("customers", [message]);
    expect(await idsIn(engine)).toEqual(["ann", "bob"]);
    expect(await engine.customers.get("ann")).toMatchObject({ email: "ann@example.org", name: "Ann" });
    expect(await engine.batches.get("b")).toMatchObject({ status: "completed", accepted: 3, rejected: 0 });
  });

  it("finds an order's customer again, and the order stays accepted", async () => {
    const store = memoryStore();
    const engine = await engineOn(store, "orders", ["b"]);
    await store.customers.apply([{ id: "ann", stamp: 1, fields: { email: "ann@example.com" } }]);
    const message = part("b", [{ ...PLACED, id: "o1", customer: { email: "ann@example.com" } }]);
    await expect(memoryEngine({ store: dyingWorker(store) }).apply("orders", [message])).rejects.toThrow("The worker died.");
    await store.customers.apply([{ id: "ann", stamp: LATER, fields: { email: null } }]);
    await engine.apply("orders", [message]);
    expect(await engine.batches.get("b")).toMatchObject({ status: "completed", accepted: 1, rejected: 0 });
    expect(await idsIn(engine)).toEqual(["ann"]);
  });

  it("is not applied again once it has its fates, and they stay", async () => {
    const store = memoryStore();
    const apply = vi.spyOn(store.customers, "apply");
    const engine = await engineOn(store, "customers", ["b"], 2);
    const message = part("b", [{ id: "a", name: "Ann" }, { name: "nobody" }]);
    for (let times = 0; times < 3; times++) await engine.apply("customers", [message, message]);
    expect(apply).toHaveBeenCalledTimes(1);
    expect(await engine.batches.get("b")).toMatchObject({ status: "completed", accepted: 1, rejected: 1 });
  });

  it("means the same customer to two workers at once", async () => {
    const store = memoryStore();
    const engine = await engineOn(store, "customers", ["b"]);
    const message = part("b", [{ email: "ann@example.com" }]);
    let looked = 0;
    let release = (): void => undefined;
    const bothHaveLooked = new Promise<void>((resolve) => {
      release = resolve;
    });
    const findOwners: Store["customers"]["findOwners"] = async (field, addresses) => {
      looked += 1;
      const owners =
        looked === 1 ? new Map([["ann@example.com", ["moved-on"]]]) : await store.customers.findOwners(field, addresses);
      if (looked === 2) release();
      await bothHaveLooked;
      return owners;
    };
    const racing = { ...store, customers: { ...store.customers, findOwners } };
    const workers = [memoryEngine({ store: racing }), memoryEngine({ store: racing })];
    await Promise.all(workers.map((worker) => worker.apply("customers", [message])));
    expect(await idsIn(engine)).toHaveLength(1);
  });
});

it("asks once for the fates of many parts, and keeps no identities where every row has its id", async () => {
  const store = memoryStore();
  const [findParts, identify] = [vi.spyOn(store.batches, "findParts"), vi.spyOn(store.batches, "identify")];
  const engine = await engineOn(store, "customers", ["b"], 3);
  await engine.apply("customers", [part("b", [{ id: "a" }], 0), part("b", [{ id: "b" }], 1), part("b", [{ id: "c" }], 2)]);
  expect(findParts.mock.calls).toEqual([[[0, 1, 2].map((number) => ({ batchId: "b", part: number }))]]);
  expect(identify).not.toHaveBeenCalled();
  await engine.apply("customers", [part("c", [{ id: "a" }, { email: "x@example.com" }]), part("d", [{ id: "d" }])]);
  expect(identify.mock.calls).toMatchObject([[[{ batchId: "c", identities: [{ row: 2 }] }]]]);
});

describe("a row that can't be applied", () => {
  const long = (name: string) => ({
    attributes: Object.fromEntries(Array.from({ length: 40 }, (_, n) => [name + n, "€".repeat(999)])),
  });

  it("is rejected alone where its customer's record would be too large", async () => {
    const engine = await engineOn(memoryStore(), "customers", ["b"], 6);
    const rows = [
      { id: "a" },
      { id: "big", ...long("x") },
      { id: "big", ...long("y") },
      { id: "big", ...long("z") },
      { id: "big", name: "Big" },
      { id: "c" },
    ];
    await engine.apply("customers", [part("b", rows)]);
    expect(await engine.batches.get("b")).toMatchObject({
      ...{ status: "completed", accepted: 5, rejected: 1 },
      errors: [{ row: 4, path: "", message: "with this row, the customer's record would be larger than 256 KiB" }],
    });
    expect((await engine.customers.get("big")).name).toBe("Big");
  });

  it("stores no order where it would make its customer's record too large", async () => {
    const engine = await engineOn(memoryStore(), "orders", ["b"], 5);
    const orders = ["x", "y", "z"].map((name) => ({ ...PLACED, id: name, customer: { id: "big", ...long(name) } }));
    const rows = [
      { ...PLACED, id: "a", customerId: "big" },
      ...orders,
      { ...PLACED, id: "c", customer: { id: "big", name: "Big" } },
    ];
    await engine.apply("orders", [part("b", rows)]);
    expect(await engine.batches.get("b")).toMatchObject({ accepted: 4, rejected: 1, errors: [{ row: 4, path: "customer" }] });
    expect(await engine.customers.get("big")).toMatchObject({ orderCount: 4, name: "Big" });
    await expect(engine.orders.get("z")).rejects.toMatchObject({ code: "not_found" });
  });

  it.each([
    ["a refusal", new CrmError("invalid", "too long: secret")],
    ["an error of its own", new TypeError("secret")],
  ])("is found among others by halves, whatever the store answers: %s", async (_, error) => {
    const store = memoryStore();
    const apply: Store["orders"]["apply"] = async (orders) => {
      if (orders.some(({ id }) => id === "o13" || id === "o17")) throw error;
      return store.orders.apply(orders);
    };
    const engine = await engineOn({ ...store, orders: { ...store.orders, apply } }, "orders", ["b", "c"], 15);
    const orders = Array.from({ length: 30 }, (_, n) => ({ ...PLACED, id: `o${n}`, customerId: `c${n % 4}` }));
    await engine.apply("orders", [part("b", orders.slice(0, 15)), part("c", orders.slice(15))]);
    const refused = { path: "", message: "the store refuses this row" };
    expect(await engine.batches.get("b")).toMatchObject({ status: "completed", accepted: 14, errors: [{ row: 14, ...refused }] });
    expect(await engine.batches.get("c")).toMatchObject({ status: "completed", accepted: 14, errors: [{ row: 3, ...refused }] });
    expect((await engine.orders.list({}, { limit: 100 })).items).toHaveLength(28);
    expect((await engine.recount()).corrected).toBe(0);
  });

  it("waits with its neighbours where the store is away", async () => {
    const store = memoryStore();
    const apply = vi.fn(() => Promise.reject(new CrmError("unavailable", "away")));
    const engine = await engineOn({ ...store, customers: { ...store.customers, apply } }, "customers", ["b"], 2);
    await expect(engine.apply("customers", [part("b", [{ id: "a" }, { id: "b" }])])).rejects.toMatchObject({
      code: "unavailable",
    });
    expect(apply).toHaveBeenCalledTimes(1);
    expect((await engine.batches.get("b")).status).toBe("processing");
  });

  it("has a reason of a bounded length, cut between characters", async () => {
    const engine = await engineOn(memoryStore(), "customers", ["b"]);
    await engine.apply("customers", [part("b", [{ id: "a", ["😀".repeat(5_000)]: 1 }])]);
    const [error] = (await engine.batches.get("b")).errors;
    expect(error?.path).toBe(`${"😀".repeat(99)}…`);
  });
});
