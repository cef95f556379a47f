import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { sqliteQueue } from "@crm-engine/adapters/sqlite";
import type { MessageQueue } from "@crm-engine/core/ports";
import { queueContract } from "@crm-engine/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadDriver } from "./database/driver.js";
import { newFile, scratchFile } from "./scratch.fixture.js";
import { queueInProcess } from "./threads/queue-process.fixture.js";

const OPTIONS = { maxAttempts: 3, retryDelayMs: 10, leaseMs: 600 };

describe("SQLite queue", () => {
  let file = "";
  let keepOpen: readonly MessageQueue[] = [];
  beforeAll(async () => {
    file = await newFile();
    keepOpen = [sqliteQueue({ file }), sqliteQueue({ file, synchronous: "normal" })];
    await Promise.all(keepOpen.map((queue) => queue.info()));
  });
  afterAll(async () => {
    await Promise.all(keepOpen.map((queue) => queue.close()));
    await rm(dirname(file), { recursive: true });
  });

  // A namespace for each case, or a file where the case opens it anew. Handles that differ in `synchronous` share no
  // connection, as those of two processes don't; one that is to die is in a process of its own.
  it.each(queueContract.map((contractCase, index) => ({ ...contractCase, index })))("$name", async ({ run, needs, index }) => {
    const path = needs === "durable" ? await scratchFile() : file;
    const queues: MessageQueue[] = [];
    const crashes = new Map<MessageQueue, () => Promise<void>>();
    const open = async (): Promise<MessageQueue> => {
      const synchronous = (queues.length + crashes.size) % 2 === 0 ? "full" : "normal";
      const options = { file: path, namespace: `case${index}`, ...OPTIONS, synchronous } as const;
      if (needs === "crash" && crashes.size === 0) {
        const { queue, kill } = queueInProcess(options);
        crashes.set(queue, kill);
        return queue;
      }
      const queue = sqliteQueue(options);
      queues.push(queue);
      return queue;
    };
    try {
      await run({ open, crash: async (queue) => crashes.get(queue)?.(), maxAttempts: OPTIONS.maxAttempts, maxWaitMs: 8_000 });
    } finally {
      await Promise.all(queues.map((queue) => queue.close()));
    }
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
