import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { needs, startOwn } from "../../../../test/service-url.js";
import { comesBack, restartDrills } from "../brokers/restart-drill.fixture.js";
import { redisQueue } from "./redis-queue.js";

describe("Redis that is restarted", needs("docker", "redis"), () => {
  restartDrills(
    () => startOwn("redis", ["redis-server", "--appendonly", "yes"]),
    ({ port }, namespace) => redisQueue({ url: `redis://127.0.0.1:${port}`, namespace }),
  );

  it("says that 202 is not durable without an append-only file", async () => {
    const bare = await startOwn("redis", ["redis-server", "--save", ""]);
    const queue = redisQueue({ url: `redis://127.0.0.1:${bare.port}` });
    try {
      await comesBack(queue);
      const info = await queue.info();
      expect(info).toMatchObject({ name: "Redis", durable: false });
      expect(info.warnings.join()).toContain("202 is not durable");
    } finally {
      await queue.close();
      await bare.remove();
    }
  });

  it("comes back with its consumers after losing everything", { timeout: 40_000 }, async () => {
    const bare = await startOwn("redis", ["redis-server", "--save", ""]);
    const queue = redisQueue({ url: `redis://127.0.0.1:${bare.port}` });
    const seen: string[] = [];
    try {
      await comesBack(queue);
      await queue.subscribe("orders", async ({ id }) => void seen.push(id), { prefetch: 10 });
      await bare.kill();
      await bare.start();
      for (const end = Date.now() + 15_000; !seen.includes("after") && Date.now() < end; await sleep(100)) {
        await queue.publish("orders", [{ id: "after", body: "{}" }]).catch(() => undefined);
      }
      expect(seen).toContain("after");
    } finally {
      await queue.close();
      await bare.remove();
    }
  });
});
