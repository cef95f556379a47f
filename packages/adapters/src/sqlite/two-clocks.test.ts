import { setTimeout as sleep } from "node:timers/promises";
import { sqliteStore } from "@crm-engine/adapters/sqlite";
import { createEngine, type Engine } from "@crm-engine/core";
import { memoryQueue } from "@crm-engine/core/memory";
import type { QueueMessage } from "@crm-engine/core/ports";
import { afterEach, expect, it, vi } from "vitest";
import { scratchFile } from "./scratch.fixture.js";

const HOUR = 3_600_000;

afterEach(() => vi.restoreAllMocks());

it("of two updates the one that was accepted later wins, however wrong the clocks are by which processes go", async () => {
  const file = await scratchFile();
  const queued: QueueMessage[] = [];
  const queue = {
    ...memoryQueue(),
    publish: async (_: string, messages: readonly QueueMessage[]) => void queued.push(...messages),
  };
  const [ahead, behind] = [0, 1].map(() => createEngine({ store: sqliteStore({ file }), queue })) as [Engine, Engine];
  const accept = async (engine: Engine, aheadMs: number, name: string): Promise<void> => {
    const wall = vi.spyOn(Date, "now").mockImplementation(() => performance.timeOrigin + performance.now() + aheadMs);
    await engine.untrusted.ingest.one("customers", { id: "c1", name });
    wall.mockRestore();
  };
  // A clock that is read on a busy machine is known to half of the time that this took.
  await Promise.all([ahead.ready(), behind.ready()]);
  await accept(ahead, HOUR, "first");
  await sleep(1_000);
  await accept(behind, -HOUR, "second");
  await ahead.work.topics.find(({ topic }) => topic === "customers")?.apply(queued.toReversed());
  expect((await ahead.customers.get("c1")).name).toBe("second");
  await Promise.all([ahead.close(), behind.close()]);
});
