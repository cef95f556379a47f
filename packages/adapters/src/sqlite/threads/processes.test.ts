import { sqliteQueue, sqliteStore } from "@crm-engine/adapters/sqlite";
import type { OrderChange } from "@crm-engine/core/ports";
import { expect, test } from "vitest";
import { runProcess, scratchFile } from "../scratch.fixture.js";

const ORDER = `const order = (id, customerId, amount) =>
  ({ id, customerId, type: "purchase", status: "placed", amount, currency: "USD", placedAt: 1_700_000_000_000, items: [], stamp: 1 });`;

test("four processes that start on a new file at once all work, and totals of the same customers are right", async () => {
  const file = await scratchFile();
  const processes = [0, 1, 2, 3].map((index) =>
    runProcess(
      file,
      `${ORDER}
      const store = sqliteStore({ file });
      for (let round = 0; round < 25; round++) {
        const orders = [0, 1, 2, 3].map((customer) => order(\`${index}-\${round}-\${customer}\`, \`c\${customer}\`, 100 + ${index}));
        await Promise.all([store.orders.apply(orders), store.orders.apply(orders)]);
      }
      await store.close();`,
    ),
  );
  expect(await Promise.all(processes.map(({ ended }) => ended))).toEqual([0, 0, 0, 0]);
  const store = sqliteStore({ file });
  for (const id of ["c0", "c1", "c2", "c3"]) {
    expect(await store.customers.get(id)).toMatchObject({ orderCount: 100, totalSpend: 25 * (100 + 101 + 102 + 103) });
  }
  await store.close();
});

test("messages of two publishing processes are shared out between two consuming ones, each to one", async () => {
  const file = await scratchFile();
  const consumers = [0, 1].map(() =>
    runProcess(
      file,
      `const queue = sqliteQueue({ file });
      let ids = [];
      await queue.subscribe("orders", async ({ id }) => { ids.push(id); }, { prefetch: 20 });
      say("ready");
      process.stdin.on("data", () => undefined);
      setInterval(() => { for (const id of ids) say("got " + id); ids = []; }, 20);`,
    ),
  );
  await Promise.all(consumers.map(({ line }) => line("ready")));
  const publishers = [0, 1].map((index) =>
    runProcess(
      file,
      `const queue = sqliteQueue({ file });
      for (let batch = 0; batch < 20; batch++) {
        await queue.publish("orders", Array.from({ length: 25 }, (_, n) => ({ id: \`${index}-\${batch}-\${n}\`, body: "{}" })));
      }
      await queue.close();`,
    ),
  );
  expect(await Promise.all(publishers.map(({ ended }) => ended))).toEqual([0, 0]);
  const queue = sqliteQueue({ file });
  await expect.poll(async () => (await queue.depth("orders")).messages, { timeout: 10_000 }).toBe(0);
  const got = (): readonly string[] => consumers.flatMap(({ lines }) => lines.filter((line) => line.startsWith("got ")));
  await expect.poll(() => got().length, { timeout: 5_000 }).toBe(1_000);
  expect(new Set(got()).size).toBe(1_000);
  await queue.close();
});

test("a process killed while it writes leaves a file that opens and holds all that was acknowledged", async () => {
  const file = await scratchFile();
  const writer = runProcess(
    file,
    `${ORDER}
    const queue = sqliteQueue({ file });
    const store = sqliteStore({ file });
    for (let n = 0; ; n++) {
      await Promise.all([
        queue.publish("customers", [{ id: "m" + n, body: "{}" }]).then(() => say("message m" + n)),
        store.orders.apply([order("o" + n, "c" + (n % 7), 5)]).then(() => say("order o" + n)),
      ]);
    }`,
  );
  await writer.line("order o150");
  writer.child.kill("SIGKILL");
  expect(await writer.ended).toBe("SIGKILL");

  const store = sqliteStore({ file });
  const queue = sqliteQueue({ file });
  const orders = new Map<string, number>();
  for (const line of writer.lines.filter((text) => text.startsWith("order "))) {
    const order = await store.orders.get(line.slice("order ".length));
    expect(order, line).toBeDefined();
    if (order) orders.set(order.customerId, (orders.get(order.customerId) ?? 0) + order.amount);
  }
  for (const [id, spent] of orders) {
    const stored = await store.orders.list({ customerId: id }, { limit: 1_000 });
    const customer = await store.customers.get(id);
    expect(customer?.totalSpend).toBe(stored.items.reduce((sum, { amount }) => sum + amount, 0));
    expect(customer?.totalSpend).toBeGreaterThanOrEqual(spent);
  }
  const seen = new Set<string>();
  await queue.subscribe("customers", async ({ id }) => void seen.add(id), { prefetch: 100 });
  await expect.poll(async () => (await queue.depth("customers")).messages).toBe(0);
  for (const line of writer.lines.filter((text) => text.startsWith("message ")))
    expect(seen).toContain(line.slice("message ".length));
  await Promise.all([store.close(), queue.close()]);
});

test("a message in the hands of a process that dies is delivered again when its lease ends, with no attempt counted", async () => {
  const file = await scratchFile();
  const queue = sqliteQueue({ file, leaseMs: 300 });
  await queue.publish("receipts", [{ id: "m1", body: "{}" }]);
  const consumer = runProcess(
    file,
    `const queue = sqliteQueue({ file, leaseMs: 300 });
    await queue.subscribe("receipts", ({ id }) => { say("got " + id); return new Promise(() => undefined); }, { prefetch: 1 });`,
  );
  await consumer.line("got m1");
  const attempts: number[] = [];
  await queue.subscribe("receipts", async (message) => void attempts.push(message.attempts), { prefetch: 1 });
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(attempts, "a living consumer keeps its message").toEqual([]);
  consumer.child.kill("SIGKILL");
  await expect.poll(() => attempts, { timeout: 5_000 }).toEqual([1]);
  await queue.close();
});

test("two processes that write without a pause both get on", async () => {
  const file = await scratchFile();
  const busy = runProcess(
    file,
    `const queue = sqliteQueue({ file });
    const messages = Array.from({ length: 1_000 }, (_, n) => ({ id: "b" + n, body: "x".repeat(500) }));
    await queue.publish("orders", messages);
    say("ready");
    for (;;) await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(() => queue.publish("orders", messages)));`,
  );
  await busy.line("ready");
  const store = sqliteStore({ file });
  const waits: number[] = [];
  for (let n = 0; n < 20; n++) {
    const started = performance.now();
    await store.orders.apply([
      {
        id: `o${n}`,
        customerId: "c1",
        type: "purchase",
        status: "placed",
        amount: 1,
        currency: "USD",
        placedAt: n,
        items: [],
        stamp: 1,
      } satisfies OrderChange,
    ]);
    waits.push(performance.now() - started);
  }
  expect((await store.customers.get("c1"))?.orderCount).toBe(20);
  expect(Math.max(...waits)).toBeLessThan(2_000);
  await store.close();
});

test("an open store or queue with nothing to do does not keep its process alive", async () => {
  const file = await scratchFile();
  const idle = runProcess(
    file,
    `const store = sqliteStore({ file });
    await store.customers.count({ kind: "all", of: [] });
    await sqliteQueue({ file }).publish("orders", []);
    say("done");`,
  );
  expect(await idle.ended).toBe(0);
  expect(idle.lines).toEqual(["done"]);
});

test("a process that exits in the middle of calls ends with its own exit code", async () => {
  // Each has a file of its own: on one, the calls before would wait for each other, and the slowest of them too long.
  const codes = [1, 8, 15, 30, 60].map(async (afterMs) => {
    const leaving = runProcess(
      await scratchFile(),
      `const store = sqliteStore({ file });
      const customers = Array.from({ length: 5_000 }, (_, n) => ({ id: "c" + n, stamp: 1, fields: { attributes: { note: "x" } } }));
      await store.customers.apply(customers);
      const slow = { kind: "any", of: Array.from({ length: 100 }, (_, n) => ({ kind: "textLike", field: { of: "attribute", name: "note" }, how: "contains", folded: "q" + n })) };
      void store.customers.apply(customers);
      void store.customers.count(slow);
      setTimeout(() => process.exit(78), ${afterMs});`,
    );
    return leaving.ended;
  });
  expect(await Promise.all(codes)).toEqual([78, 78, 78, 78, 78]);
});
