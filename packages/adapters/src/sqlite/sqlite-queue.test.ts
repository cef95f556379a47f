import { sqliteQueue } from "@crm-engine/adapters/sqlite";
import type { MessageQueue } from "@crm-engine/core";
import { queueContract } from "@crm-engine/core/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { loadDriver } from "./driver.js";
import { queueInProcess } from "./queue-process.fixture.js";
import { scratchFile } from "./scratch.fixture.js";

const OPTIONS = { maxAttempts: 3, retryDelayMs: 10, leaseMs: 600 };

describe("SQLite queue", () => {
  it.each(queueContract)("$name", async ({ run, needs }) => {
    const file = await scratchFile();
    const queues: MessageQueue[] = [];
    const crashes = new Map<MessageQueue, () => Promise<void>>();
    // Handles that differ in `synchronous` share no connection, as those of two processes don't; one that is to die is in a process.
    const open = async (): Promise<MessageQueue> => {
      const options = { file, ...OPTIONS, synchronous: queues.length % 2 === 0 ? "full" : "normal" } as const;
      if (needs !== "crash" || queues.length > 0) {
        const queue = sqliteQueue(options);
        queues.push(queue);
        return queue;
      }
      const { queue, kill } = queueInProcess(options);
      queues.push(queue);
      crashes.set(queue, kill);
      return queue;
    };
    onTestFinished(
      async () => void (await Promise.all(queues.filter((queue) => !crashes.has(queue)).map((queue) => queue.close()))),
    );
    await run({ open, crash: async (queue) => crashes.get(queue)?.(), maxAttempts: OPTIONS.maxAttempts, maxWaitMs: 8_000 });
  });

  it("counts deaths apart: after 50 of them the message is a dead letter, with the reason", async () => {
    const file = await scratchFile();
    const queue = sqliteQueue({ file });
    await queue.publish("orders", [
      { id: "poison", body: "{}" },
      { id: "fine", body: "{}" },
    ]);
    const database = (await loadDriver()).open(file);
    const dead = database.prepare("UPDATE crm_messages SET leased = 1, deaths = ? WHERE id = ?");
    dead.run(49, "poison");
    dead.run(48, "fine");
    database.close();
    const attempts: number[] = [];
    await queue.subscribe("orders", async (message) => void attempts.push(message.attempts), { prefetch: 1 });
    await expect
      .poll(async () => (await queue.deadLetters({}, { limit: 9 })).items, { timeout: 5_000 })
      .toMatchObject([{ id: "poison", attempts: 0, reason: expect.stringContaining("died 50 times") }]);
    await expect.poll(() => attempts).toEqual([1]);
    await queue.close();
  });
});
