import { describe, expect, it } from "vitest";
import { queueContract } from "../testing/queue-contract.js";
import { createMemoryBroker, memoryQueue } from "./memory-queue.js";

describe("memory queue", () => {
  // The broker outlives its handles, so that even what needs durability can be shown here.
  it.concurrent.each(queueContract)("$name", async ({ run }) => {
    const broker = createMemoryBroker({ maxAttempts: 3, retryDelayMs: 1 });
    await run({ open: async () => broker.open(), crash: async (queue) => broker.lose(queue), maxAttempts: 3, maxWaitMs: 5_000 });
  });

  it("keeps nothing for the next queue, and says so", async () => {
    await memoryQueue().publish("orders", [{ id: "m1", body: "{}" }]);
    const queue = memoryQueue();
    expect(await queue.depth("orders")).toEqual({ topic: "orders", messages: 0, deadLetters: 0 });
    expect(await queue.info()).toMatchObject({ durable: false });
  });

  it("pauses longer before each redelivery", async () => {
    const queue = memoryQueue({ maxAttempts: 4, retryDelayMs: 20 });
    const at: number[] = [];
    await queue.publish("orders", [{ id: "m1", body: "{}" }]);
    await queue.subscribe(
      "orders",
      async () => {
        at.push(performance.now());
        throw new Error("no");
      },
      { prefetch: 1 },
    );
    await expect.poll(() => at.length).toBe(4);
    const [first = 0, second = 0, third = 0, fourth = 0] = at;
    expect(second - first).toBeGreaterThanOrEqual(19);
    expect(third - second).toBeGreaterThanOrEqual(39);
    expect(fourth - third).toBeGreaterThanOrEqual(79);
    await queue.close();
  });
});
