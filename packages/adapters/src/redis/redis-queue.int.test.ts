import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { CrmError, type DeliveredMessage } from "@crm-engine/core/ports";
import { Redis } from "ioredis";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { needs, serviceUrl } from "../../../../test/service-url.js";
import { runQueueContract } from "../brokers/run-queue-contract.fixture.js";
import { type RedisQueueOptions, redisQueue } from "./redis-queue.js";

const url = serviceUrl("redis");
const LEASE_MS = 300;

describe("redisQueue", needs("redis"), () => {
  const redis = new Redis(url || "redis://127.0.0.1:1", { lazyConnect: true, protocol: 2 });
  const closing: { close(): Promise<void> }[] = [];
  const newNamespace = () => `test-${randomUUID()}`;
  const fresh = (options: Partial<RedisQueueOptions> = {}) => {
    const namespace = newNamespace();
    const open = () => {
      const queue = redisQueue({ url, namespace, leaseMs: LEASE_MS, retryDelayMs: 10, ...options });
      closing.push(queue);
      return queue;
    };
    return { namespace, stream: `${namespace}.orders`, open, queue: open() };
  };
  const message = (id: string) => ({ id, body: JSON.stringify({ id }) });
  const into = (seen: DeliveredMessage[]) => async (delivered: DeliveredMessage) => void seen.push(delivered);

  afterEach(async () => {
    await Promise.all(closing.splice(0).map((queue) => queue.close()));
  });
  afterAll(async () => {
    const keys = await redis.keys("test-*");
    if (keys.length > 0) await redis.del(keys);
    redis.disconnect();
  });

  runQueueContract(url, 6379, newNamespace, (proxied, namespace, maxAttempts) =>
    redisQueue({ url: proxied, namespace, maxAttempts, leaseMs: LEASE_MS, retryDelayMs: 1 }),
  );

  it("takes over what a dead consumer had in hand, as a first attempt, and removes that consumer", async () => {
    const { queue, stream } = fresh();
    const seen: DeliveredMessage[] = [];
    await queue.publish("orders", [message("1"), message("2")]);
    await redis.xgroup("CREATE", stream, "workers", "0");
    await redis.xreadgroup("GROUP", "workers", "ghost", "COUNT", 10, "STREAMS", stream, ">");

    await queue.subscribe("orders", into(seen), { prefetch: 10 });
    await vi.waitFor(() => expect(seen).toHaveLength(2), 2_000);
    expect(seen.map(({ attempts }) => attempts)).toEqual([1, 1]);
    await vi.waitFor(
      async () => expect(JSON.stringify(await redis.xinfo("CONSUMERS", stream, "workers"))).not.toContain("ghost"),
      3_000,
    );
  });

  it.each([[[-1, 0, 0]], [[1.5, 0, 0]], [[1, 1e300, 0]]])("refuses a cursor with a place that no entry has: %j", async (key) => {
    await expect(fresh().queue.deadLetters({}, { limit: 1, cursor: btoa(JSON.stringify(key)) })).rejects.toMatchObject({
      code: "invalid",
    });
  });

  it("leaves a message with a live consumer however long its handler takes", async () => {
    const { queue, open } = fresh();
    const slow: DeliveredMessage[] = [];
    const idle: DeliveredMessage[] = [];
    await queue.publish("orders", [message("1")]);
    await queue.subscribe(
      "orders",
      async (delivered) => {
        slow.push(delivered);
        await sleep(LEASE_MS * 5);
      },
      { prefetch: 1 },
    );
    await vi.waitFor(() => expect(slow).toHaveLength(1));
    await open().subscribe("orders", into(idle), { prefetch: 1 });
    await vi.waitFor(async () => expect((await queue.depth("orders")).messages).toBe(0), 3_000);
    expect([slow.length, idle.length]).toEqual([1, 0]);
  });

  it("makes a message that fifty consumers died with a dead letter, though no handler refused it", async () => {
    const { queue, stream } = fresh();
    const seen: DeliveredMessage[] = [];
    await queue.publish("orders", [message("deadly"), message("harmless")]);
    await redis.xgroup("CREATE", stream, "workers", "0");
    const read = (await redis.xreadgroup("GROUP", "workers", "ghost", "STREAMS", stream, ">")) as [
      string,
      [string, string[]][],
    ][];
    const deadly = read[0]?.[1][0]?.[0] ?? "";
    await redis.xclaim(stream, "workers", "ghost", 0, deadly, "RETRYCOUNT", 50);

    await queue.subscribe("orders", into(seen), { prefetch: 10 });
    await vi.waitFor(() => expect(seen.map(({ id }) => id)).toEqual(["harmless"]), 2_000);
    await vi.waitFor(async () => {
      const { items } = await queue.deadLetters({ topic: "orders" }, { limit: 10 });
      expect(items).toMatchObject([{ id: "deadly", attempts: 0, reason: "50 consumers died with this message in hand" }]);
    });
  });

  it("deletes what is acknowledged, and nothing else", async () => {
    const { queue, stream } = fresh();
    await queue.publish(
      "orders",
      Array.from({ length: 1_500 }, (_, i) => message(String(i))),
    );
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const held = async ({ id }: DeliveredMessage) => {
      if (id.endsWith("7")) await released;
    };
    await queue.subscribe("orders", held, { prefetch: 1_500 });
    try {
      await vi.waitFor(async () => expect(await redis.xlen(stream)).toBe(150), 5_000);
    } finally {
      release();
    }
    await vi.waitFor(async () => expect(await redis.xlen(stream)).toBe(0), 5_000);
  });

  it("heals when its stream is flushed away under a subscriber", async () => {
    const { queue, stream } = fresh();
    const seen: DeliveredMessage[] = [];
    await queue.subscribe("orders", into(seen), { prefetch: 10 });
    await redis.del(stream);
    await queue.publish("orders", [message("after")]);
    await vi.waitFor(() => expect(seen.map(({ id }) => id)).toEqual(["after"]), 3_000);
  });

  it("copies the options of a user's client, and neither uses nor closes it", async () => {
    const client = new Redis(url, { lazyConnect: true, keyPrefix: `test-${randomUUID()}:` });
    const queue = redisQueue({ client, namespace: "prefixed", retryDelayMs: 10 });
    const seen: DeliveredMessage[] = [];
    await queue.publish("orders", [message("1")]);
    expect(await redis.xlen(`${client.options.keyPrefix}prefixed.orders`)).toBe(1);
    await queue.subscribe(
      "orders",
      async (delivered) => {
        seen.push(delivered);
        if (delivered.attempts === 1) throw new Error("once more");
      },
      { prefetch: 1 },
    );
    await vi.waitFor(() => expect(seen.map(({ attempts }) => attempts)).toEqual([1, 2]), 2_000);
    await queue.close();
    expect(client.status).toBe("wait");
    expect(await client.ping()).toBe("PONG");
    client.disconnect();
  });

  it("is durable as far as its append-only file is, and says how often that is synced", async () => {
    const { queue } = fresh();
    const info = await queue.info();
    expect(info).toMatchObject({ name: "Redis", version: expect.stringMatching(/^\d+\.\d+/) });
    const [, appendOnly] = (await redis.config("GET", "appendonly")) as string[];
    expect(info.durable).toBe(appendOnly === "yes");
    expect(info.warnings.join()).toContain(info.durable ? "appendfsync everysec" : "202 is not durable");
  });

  it("is unavailable within 2 s where nobody listens, and does no I/O before its first use", async () => {
    const queue = redisQueue({ url: "redis://127.0.0.1:1" });
    const begunAt = Date.now();
    const error = await queue.publish("orders", [message("1")]).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CrmError);
    expect(error).toMatchObject({ code: "unavailable", cause: { code: "ECONNREFUSED" } });
    await expect(queue.subscribe("orders", async () => undefined, { prefetch: 1 })).rejects.toMatchObject({
      code: "unavailable",
    });
    expect(Date.now() - begunAt).toBeLessThan(4_000);
    await queue.close();
    await expect(queue.info()).rejects.toMatchObject({ code: "closed" });
  });
});
