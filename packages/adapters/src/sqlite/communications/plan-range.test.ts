import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { sqliteStore } from "@crm-engine/adapters/sqlite";
import type { Condition, PlanRange, Store } from "@crm-engine/core/ports";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openConnection } from "../database/connection.js";
import { newFile } from "../scratch.fixture.js";

const PEOPLE = 2_000;
const YEAR_MS = 365.2425 * 86_400_000;

let file = "";
let store: Store;

beforeAll(async () => {
  file = await newFile();
  store = sqliteStore({ file, synchronous: "off", planTimeoutMs: 60_000 });
  const ids = Array.from({ length: PEOPLE }, (_, index) => `c${String(index).padStart(4, "0")}`);
  await store.customers.apply(ids.map((id) => ({ id, stamp: 1, fields: {} })));
  const order = { type: "purchase", status: "placed", amount: 100, currency: "USD", items: [], stamp: 1 } as const;
  await store.orders.apply(
    ids.flatMap((customerId, index) =>
      [0, 1, 2].map((n) => ({ ...order, id: `${customerId}/${n}`, customerId, placedAt: 1e12 + (index * 3 + n) * 1e7 })),
    ),
  );
}, 60_000);
afterAll(async () => {
  await store.close();
  rmSync(dirname(file), { recursive: true });
});

/** As many different measures as asked for, each over yearly ranges; everyone with an odd number of orders meets none of them. */
function expensive(measures: number): Condition {
  const of = Array.from({ length: measures }, (_, index): Condition => {
    const ranges = Array.from({ length: 130 }, (_, year) => {
      const from = Math.round(-2.2e12 + year * YEAR_MS) + index;
      return { from, to: from + 1e9 };
    });
    const where: Condition = { kind: "within", field: { of: "order", name: "placedAt", type: "date" }, ranges };
    return { kind: "compare", field: { of: "orders", measure: "count", where }, how: "gt", value: 100 };
  });
  return { kind: "not", of: { kind: "any", of } };
}

const planOf = (campaignId: string, condition: Condition): PlanRange => ({
  campaignId,
  channel: "email",
  condition,
  plannedAt: 1,
});

it("a plan of an expensive rule leaves the writer to others", async () => {
  const other = await openConnection(file, "off");
  other.exec("PRAGMA busy_timeout = 2000; CREATE TABLE other (n)");
  const waits: number[] = [];
  let planning = true;
  const planned = store.communications.plan(planOf("k1", expensive(21))).then((added) => {
    planning = false;
    return added;
  });
  while (planning) {
    const before = performance.now();
    other.run("INSERT INTO other VALUES (1)");
    waits.push(performance.now() - before);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  other.close();
  expect(await planned).toBe(PEOPLE);
  expect(waits.length).toBeGreaterThan(2);
  expect(Math.max(...waits)).toBeLessThan(500);
});

it("a range that takes too long is unavailable, adds nobody, and a smaller one is planned", async () => {
  const impatient = sqliteStore({ file, synchronous: "off", planTimeoutMs: 20 });
  const condition = expensive(21);
  await expect(impatient.communications.plan(planOf("k2", condition))).rejects.toMatchObject({
    code: "unavailable",
    message: expect.stringContaining("did not end within 20 ms"),
  });
  expect(await impatient.communications.stats("k2")).toMatchObject({ total: 0 });
  await impatient.close();
  expect(await store.communications.plan({ ...planOf("k2", condition), upTo: "c0001" })).toBe(2);
});

it("everyone is planned, however many are found at once", async () => {
  await store.customers.apply(Array.from({ length: 22_000 }, (_, index) => ({ id: `d${index}`, stamp: 1, fields: {} })));
  expect(await store.communications.plan({ ...planOf("k3", { kind: "all", of: [] }), after: "c9" })).toBe(22_000);
  expect(await store.communications.plan(planOf("k3", { kind: "all", of: [] }))).toBe(PEOPLE);
});

it("a count of a rule as expensive as core admits ends soon after it is called off, and the next one begins", async () => {
  const started = performance.now();
  await expect(store.customers.preview(expensive(7), 5, undefined, { signal: AbortSignal.timeout(10) })).rejects.toThrow();
  expect(performance.now() - started).toBeLessThan(1_000);
  const next = performance.now();
  await store.customers.count({ kind: "all", of: [] });
  expect(performance.now() - next).toBeLessThan(1_000);
});
