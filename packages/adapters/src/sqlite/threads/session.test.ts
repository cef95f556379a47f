import { dirname } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Worker } from "node:worker_threads";
import { sqliteQueue, sqliteStore } from "@crm-engine/adapters/sqlite";
import { type Condition, CrmError, type CustomerChange, type OrderChange, type StoredSegment } from "@crm-engine/core/ports";
import { expect, onTestFinished, test } from "vitest";
import { loadDriver } from "../database/driver.js";
import { scratchFile } from "../scratch.fixture.js";

const EVERYONE: Condition = { kind: "all", of: [] };
const SLOW: Condition = {
  kind: "any",
  of: Array.from({ length: 60 }, (_, n) => ({
    kind: "textLike",
    field: { of: "attribute", name: "note" },
    how: "contains",
    folded: `never ${n}`,
  })),
};

test("jobs that share a transaction fail alone: neighbours are kept, and nothing of the failing one is", async () => {
  const store = sqliteStore({ file: await scratchFile() });
  await store.info();
  const broken = { ...order("bad", "c1"), placedAt: Number.NaN };
  const results = await Promise.allSettled([
    store.segments.insert(segment("s1")),
    store.orders.apply([order("o1", "c1")]),
    store.orders.apply([order("lost", "c2"), broken]),
    store.segments.insert(segment("s1")),
    store.segments.insert(segment("s2")),
    store.orders.apply([order("o2", "c1")]),
  ]);
  expect(results.map(({ status }) => status)).toEqual([
    "fulfilled",
    "fulfilled",
    "rejected",
    "rejected",
    "fulfilled",
    "fulfilled",
  ]);
  expect(results[2]).toMatchObject({ reason: { code: "unavailable", cause: { errcode: expect.any(Number) } } });
  expect(results[3]).toMatchObject({ reason: { code: "conflict" } });
  expect(await store.orders.get("lost")).toBeUndefined();
  expect(await store.customers.get("c2")).toBeUndefined();
  expect((await store.customers.get("c1"))?.orderCount).toBe(2);
  expect((await store.segments.list({ limit: 10 })).items.map(({ id }) => id)).toEqual(["s1", "s2"]);
  await store.close();
});

test("a long count holds up neither the event loop nor a publish", async () => {
  const file = await scratchFile();
  const store = sqliteStore({ file });
  const queue = sqliteQueue({ file });
  await store.customers.apply(
    Array.from({ length: 12_000 }, (_, n) => customer(`c${n}`, "A note about nothing in particular, of some length. ".repeat(8))),
  );
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  let counted = false;
  const count = store.customers.count(SLOW).finally(() => {
    counted = true;
  });
  for (let n = 0; n < 10; n++) await queue.publish("orders", [{ id: `m${n}`, body: "{}" }]);
  expect(counted, "ten publishes are durable before the count ends").toBe(false);
  expect(await count).toBe(0);
  delay.disable();
  expect(delay.percentile(90) / 1e6).toBeLessThan(50);
  await Promise.all([store.close(), queue.close()]);
});

test("a count that is called off stops the thread's work, and holds up no other read while it lasts", {
  timeout: 60_000,
}, async () => {
  const store = sqliteStore({ file: await scratchFile() });
  const note = "A note about nothing in particular, of some length. ".repeat(8);
  await store.customers.apply(Array.from({ length: 12_000 }, (_, n) => customer(`c${n}`, note)));
  const started = performance.now();
  await store.customers.count(SLOW);
  const tookMs = performance.now() - started;
  const controller = new AbortController();
  const reason = new Error("the client has gone");
  const outcomes = Array.from({ length: 10 }, () =>
    store.customers.count(SLOW, { signal: controller.signal }).catch((error: unknown) => error),
  );
  expect(await store.customers.get("c7")).toMatchObject({ id: "c7" });
  const calledOff = performance.now();
  controller.abort(reason);
  expect(new Set(await Promise.all(outcomes))).toEqual(new Set([reason]));
  expect(await store.customers.count(EVERYONE)).toBe(12_000);
  expect(performance.now() - calledOff, "the ten are not worked off first").toBeLessThan(3 * tookMs);
  await store.close();
});

test("a read after a write sees it", async () => {
  const store = sqliteStore({ file: await scratchFile() });
  for (let n = 0; n < 50; n++) {
    await store.customers.apply([customer(`c${n}`, "x")]);
    expect(await store.customers.count(EVERYONE)).toBe(n + 1);
  }
  await store.close();
});

test("closing waits for calls under way, ends once, and leaves one file; calls after it are closed", async () => {
  const file = await scratchFile();
  const store = sqliteStore({ file });
  const queue = sqliteQueue({ file });
  const publishing = queue.publish("orders", [{ id: "m1", body: "{}" }]);
  await Promise.all([queue.close(), queue.close()]);
  await publishing;
  await expect(queue.publish("orders", [])).rejects.toMatchObject({ code: "closed" });
  await expect(queue.subscribe("orders", async () => undefined, { prefetch: 1 })).rejects.toMatchObject({ code: "closed" });
  expect(await store.customers.count(EVERYONE), "another user of the file goes on").toBe(0);
  await store.close();
  await expect(store.customers.get("c1")).rejects.toBeInstanceOf(CrmError);
  const again = sqliteQueue({ file });
  expect((await again.depth("orders")).messages).toBe(1);
  await again.close();
});

test("a file locked by another is unavailable within about 2 s, and works again when it is free", async () => {
  const file = await scratchFile();
  const store = sqliteStore({ file });
  await store.customers.apply([customer("c1", "x")]);
  const other = (await loadDriver()).open(file);
  other.exec("BEGIN IMMEDIATE");
  const started = performance.now();
  await expect(store.customers.apply([customer("c2", "x")])).rejects.toMatchObject({ code: "unavailable" });
  const took = performance.now() - started;
  expect(took).toBeGreaterThan(1_500);
  expect(took).toBeLessThan(3_000);
  expect(await store.customers.count(EVERYONE), "reading goes on").toBe(1);
  other.exec("COMMIT");
  other.close();
  await store.customers.apply([customer("c2", "x")]);
  expect(await store.customers.count(EVERYONE)).toBe(2);
  await store.close();
});

test.each([
  ["newer", 99, "CREATE TABLE crm_schema (version INTEGER NOT NULL) STRICT; INSERT INTO crm_schema VALUES (2), (99)", "upgrade"],
  ["older", 1, "CREATE TABLE crm_schema (version INTEGER NOT NULL) STRICT; INSERT INTO crm_schema VALUES (1)", "import"],
])("a file whose layout is %s is refused, by name, with what to do, and left as it was", async (age, layout, made, remedy) => {
  const file = await scratchFile();
  const driver = await loadDriver();
  const tablesOf = (prepare: string): unknown => {
    const database = driver.open(file);
    database.exec(prepare);
    const tables = database.prepare("SELECT name, sql FROM sqlite_master ORDER BY name").all();
    const marks = database.prepare("SELECT * FROM crm_schema").all();
    database.close();
    return { tables, marks };
  };
  const before = tablesOf(made);
  const [store, queue] = [sqliteStore({ file }), sqliteQueue({ file })];
  for (const call of [store.info(), store.customers.count(EVERYONE), queue.publish("orders", [{ id: "m1", body: "{}" }])]) {
    const refusal = {
      code: "invalid",
      message: expect.stringMatching(new RegExp(`layout ${layout}.*${age}.*layout \\d+.*${remedy}`)),
    };
    await expect(call).rejects.toMatchObject(refusal);
  }
  await Promise.all([store.close(), queue.close()]);
  expect(tablesOf("")).toEqual(before);
});

test("namespaces of one file know nothing of each other, and odd ones are refused", async () => {
  const file = await scratchFile();
  const [one, two] = [sqliteStore({ file, namespace: "one" }), sqliteStore({ file, namespace: "two" })];
  await one.customers.apply([customer("c1", "x")]);
  expect([await one.customers.count(EVERYONE), await two.customers.count(EVERYONE)]).toEqual([1, 0]);
  await Promise.all([one.close(), two.close()]);
  for (const namespace of ["", "1a", "a-b", "a;DROP", "a".repeat(32)])
    expect(() => sqliteStore({ file, namespace }), namespace).toThrow(CrmError);
  for (const path of ["", ":memory:"]) expect(() => sqliteQueue({ file: path }), path).toThrow(CrmError);
});

test("a file that can't be opened is unavailable, with its path and the reason", async () => {
  const file = await scratchFile();
  const database = (await loadDriver()).open(file);
  database.exec("CREATE TABLE t (a)");
  database.close();
  for (const path of [`${file}/below-a-file/crm.db`, "/proc/nowhere/crm.db", "/dev/null", dirname(file)]) {
    const store = sqliteStore({ file: path });
    await expect(store.info()).rejects.toMatchObject({ code: "unavailable", message: expect.stringContaining(path) });
    await store.close();
  }
});

test("a thread that ends by itself costs the calls under way, and the next one works", async () => {
  const threads: Worker[] = [];
  const note = (thread: Worker): void => void threads.push(thread);
  process.on("worker", note);
  onTestFinished(() => void process.off("worker", note));
  const store = sqliteStore({ file: await scratchFile() });
  await store.customers.apply([customer("c1", "x")]);
  await store.customers.count(EVERYONE);
  const ending = Promise.all(threads.map((thread) => thread.terminate()));
  const results = await Promise.allSettled([store.customers.count(EVERYONE), store.customers.apply([customer("c2", "x")])]);
  for (const result of results) expect(result).toMatchObject({ status: "rejected", reason: { code: "unavailable" } });
  await ending;
  await store.customers.apply([customer("c3", "x")]);
  expect(await store.customers.count(EVERYONE)).toBe(2);
  await store.close();
});

test("synchronous=normal is told to the operator", async () => {
  const file = await scratchFile();
  const [full, normal] = [sqliteStore({ file }), sqliteStore({ file, synchronous: "normal" })];
  expect(await full.info()).toMatchObject({ name: "SQLite", durable: true, warnings: [] });
  expect(await normal.info()).toMatchObject({ durable: false, warnings: [expect.stringContaining("power cut")] });
  await Promise.all([full.close(), normal.close()]);
});

function customer(id: string, note: string): CustomerChange {
  return { id, stamp: 1, fields: { attributes: { note } } };
}

function order(id: string, customerId: string): OrderChange {
  return { id, customerId, type: "purchase", status: "placed", amount: 100, currency: "USD", placedAt: 1, items: [], stamp: 1 };
}

function segment(id: string): StoredSegment {
  return { id, name: id, rule: { all: [] }, version: 1, createdAt: 1, updatedAt: 1 };
}
