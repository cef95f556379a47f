import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { needs, startOwn } from "../../../../test/service-url.js";
import { comesBack, refusesInTime, survivesUnderLoad } from "../brokers/restart-drill.fixture.js";
import { redisQueue } from "./redis-queue.js";

describe("Redis that is restarted", needs("docker", "redis"), () => {
  let broker: Awaited<ReturnType<typeof startOwn>>;
  let cases = 0;
  const opened: { close(): Promise<void> }[] = [];
  const open = (namespace: string) => {
    const queue = redisQueue({ url: `redis://127.0.0.1:${broker.port}`, namespace });
    opened.push(queue);
    return queue;
  };
  const fresh = () => `restart${++cases}`;

  beforeAll(async () => {
    broker = await startOwn("redis", ["redis-server", "--appendonly", "yes"]);
  }, 120_000);
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((queue) => queue.close()));
  });
  afterAll(async () => {
    await broker?.remove();
  });

  it.for(["restart", "kill"] as const)(
    "loses nothing under load when it is ended by %s, and consumers go on",
    { timeout: 60_000 },
    async (how) => {
      const namespace = fresh();
      const { settled } = await survivesUnderLoad(open(namespace), open(namespace), () =>
        how === "kill" ? broker.kill().then(broker.start) : broker.restart(),
      );
      expect(settled).toBeGreaterThan(100);
      expect(await open(namespace).depth("orders")).toEqual({ topic: "orders", messages: 0, deadLetters: 0 });
    },
  );

  it("refuses publishes as unavailable within 2 s while it is stopped, and takes them when it is back", {
    timeout: 40_000,
  }, async () => {
    const known = open(fresh());
    await known.publish("orders", [{ id: "1", body: "{}" }]);
    await broker.kill();
    try {
      await refusesInTime(known);
      await refusesInTime(known);
      await refusesInTime(open(fresh()));
    } finally {
      await broker.start();
    }
    await comesBack(known);
  });

  it("refuses publishes as unavailable within 2 s while it hangs, and queues each at most once", {
    timeout: 40_000,
  }, async () => {
    const namespace = fresh();
    const known = open(namespace);
    await known.publish("orders", [{ id: "1", body: "{}" }]);
    await broker.pause();
    try {
      await refusesInTime(known);
      await refusesInTime(known);
      await refusesInTime(open(fresh()));
    } finally {
      await broker.unpause();
    }
    await comesBack(known);
    await sleep(1_000);
    const { messages } = await known.depth("orders");
    expect(messages, "1, back, and away at most once for each publish").toBeLessThanOrEqual(4);
  });

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
