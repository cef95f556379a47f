import { expect, it } from "vitest";
import { memoryEngine, people } from "../engine.fixture.js";
import { CrmError } from "../errors.js";
import { memoryQueue, memoryStore } from "../memory/index.js";
import { TOPICS } from "../ports/queue.js";

it("there is work for every topic of the queue", () => {
  expect(memoryEngine().work.topics.map(({ topic }) => topic)).toEqual(TOPICS);
});

it("applies what was collected as one batch, of so many rows", async () => {
  const store = memoryStore();
  const sizes: number[] = [];
  const apply: typeof store.customers.apply = (changes) => {
    sizes.push(changes.length);
    return store.customers.apply(changes);
  };
  const engine = memoryEngine({ store: { ...store, customers: { ...store.customers, apply } } });
  const batches: string[] = [];
  for (const rows of [4, 3, 2, 1]) batches.push((await engine.ingest.customers(people(rows))).batchId);
  for (const { consume } of engine.work.topics) await consume({ batchSize: 7, batchWaitMs: 10, prefetch: 10 });
  await Promise.all(batches.map((batchId) => engine.batches.completed(batchId)));
  expect(sizes).toEqual([7, 3]);
  await engine.close();
});

it("tells of a batch that could not be applied, and gives back only the message at fault", async () => {
  const queue = memoryQueue({ maxAttempts: 1 });
  const engine = memoryEngine({ queue });
  await engine.untrusted.ingest.one("customers", { id: "good" });
  await queue.publish("customers", [{ id: "bad", body: "null" }]);
  await engine.untrusted.ingest.one("customers", { id: "fine" });
  const refused: [string, number][] = [];
  const onRefused = (error: unknown, messages: number) => void refused.push([String(error), messages]);
  for (const { consume } of engine.work.topics) await consume({ batchSize: 3, batchWaitMs: 10, prefetch: 10, onRefused });
  const stored = async () => (await engine.customers.list({ limit: 10 })).items.map(({ id }) => id);
  await expect.poll(stored).toEqual(["fine", "good"]);
  await expect.poll(async () => (await engine.queues.deadLetters({}, { limit: 10 })).items).toHaveLength(1);
  expect(refused).toEqual([3, 2, 1].map((messages) => ["Error: The message is not a part of a batch.", messages]));
  await engine.close();
});

it("tells of a row that the store refused, whose neighbours are stored", async () => {
  const store = memoryStore();
  const apply: typeof store.customers.apply = async (changes) => {
    if (changes.some(({ id }) => id === "p0003")) throw new CrmError("invalid", "no room for this one");
    return store.customers.apply(changes);
  };
  const engine = memoryEngine({ store: { ...store, customers: { ...store.customers, apply } } });
  const { batchId } = await engine.ingest.customers(people(6));
  const refused: unknown[] = [];
  const onRowRefused = (error: unknown, row: object) => void refused.push([String(error), row]);
  for (const { consume } of engine.work.topics) await consume({ batchSize: 3, batchWaitMs: 1, prefetch: 10, onRowRefused });
  const batch = await engine.batches.completed(batchId);
  expect(batch).toMatchObject({
    accepted: 5,
    rejected: 1,
    errors: [{ row: 4, path: "", message: "the store refuses this row" }],
  });
  expect(refused).toEqual([["CrmError: no room for this one", { batchId, row: 4 }]]);
  await engine.close();
});
