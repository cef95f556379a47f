import { expect, it } from "vitest";
import { memoryEngine, people } from "../engine.fixture.js";
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
  const store = memoryStore();
  const apply: typeof store.customers.apply = async (changes) => {
    if (changes.some(({ id }) => id === "bad")) throw new Error("no room for this one");
    return store.customers.apply(changes);
  };
  const queue = memoryQueue({ maxAttempts: 1 });
  const engine = memoryEngine({ queue, store: { ...store, customers: { ...store.customers, apply } } });
  for (const id of ["good", "bad", "fine"]) await engine.untrusted.ingest.one("customers", { id });
  const refused: [string, number][] = [];
  const onRefused = (error: unknown, messages: number) => void refused.push([String(error), messages]);
  for (const { consume } of engine.work.topics) await consume({ batchSize: 3, batchWaitMs: 10, prefetch: 10, onRefused });
  await expect.poll(async () => (await engine.queues.deadLetters({}, { limit: 10 })).items).toHaveLength(1);
  expect(refused).toEqual([3, 2, 1].map((messages) => ["Error: no room for this one", messages]));
  expect((await engine.customers.list({ limit: 10 })).items.map(({ id }) => id)).toEqual(["fine", "good"]);
  await engine.close();
});
