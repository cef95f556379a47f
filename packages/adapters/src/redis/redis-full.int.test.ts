import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { needs, startOwn } from "../../../../test/service-url.js";
import { redisQueue } from "./redis-queue.js";

describe("Redis that is full and evicts nothing", needs("docker", "redis"), () => {
  let broker: Awaited<ReturnType<typeof startOwn>>;
  let redis: Redis;
  let cases = 0;
  const opened: { close(): Promise<void> }[] = [];
  const fresh = () => {
    const namespace = `full${++cases}`;
    const open = () => {
      const queue = redisQueue({
        url: `redis://127.0.0.1:${broker.port}`,
        namespace,
        leaseMs: 300,
        maxAttempts: 2,
        retryDelayMs: 50,
      });
      opened.push(queue);
      return queue;
    };
    return { namespace, open, queue: open() };
  };
  const messages = (...ids: readonly string[]) => ids.map((id) => ({ id, body: "{}" }));
  const fill = () => redis.config("SET", "maxmemory", "1000");
  const makeRoom = () => redis.config("SET", "maxmemory", "0");

  beforeAll(async () => {
    broker = await startOwn("redis", ["redis-server", "--appendonly", "yes", "--maxmemory-policy", "noeviction"]);
    redis = new Redis(`redis://127.0.0.1:${broker.port}`, { protocol: 2 });
    await redis.ping();
  }, 120_000);
  afterEach(async () => {
    await makeRoom();
    await Promise.all(opened.splice(0).map((queue) => queue.close()));
  });
  afterAll(async () => {
    redis?.disconnect();
    await broker?.remove();
  });

  it("refuses to publish, and to be ready, with the reason, until there is room", async () => {
    const { queue, namespace } = fresh();
    expect(await queue.info()).not.toHaveProperty("refusesWrites");
    await fill();
    const full = expect.stringMatching(/^Redis is full .*maxmemory/);
    await expect(queue.publish("orders", messages("1"))).rejects.toMatchObject({ code: "unavailable", message: full });
    expect(await queue.info()).toMatchObject({ refusesWrites: full });
    await makeRoom();
    expect(await queue.info()).not.toHaveProperty("refusesWrites");
    expect(await redis.keys(`${namespace}*`)).toEqual([]);
    await queue.publish("orders", messages("1"));
  });

  it("is drained by a worker that starts only then, though nobody has consumed the topic before", async () => {
    const { queue, open } = fresh();
    await queue.publish("orders", messages("1", "2", "3"));
    await fill();
    const seen: string[] = [];
    await open().subscribe("orders", async ({ id }) => void seen.push(id), { prefetch: 10 });
    await vi.waitFor(() => expect(seen).toEqual(["1", "2", "3"]), 3_000);
    await vi.waitFor(async () => expect(await queue.depth("orders")).toMatchObject({ messages: 0 }), 3_000);
  });

  it("delivers again what a handler refused, buries it in the end, and replays it", async () => {
    const { queue } = fresh();
    await queue.publish("orders", messages("bad"));
    await fill();
    const attempts: number[] = [];
    const subscription = await queue.subscribe(
      "orders",
      async (message) => {
        attempts.push(message.attempts);
        throw new Error("no good");
      },
      { prefetch: 10 },
    );
    await vi.waitFor(
      async () => expect(await queue.depth("orders")).toEqual({ topic: "orders", messages: 0, deadLetters: 1 }),
      3_000,
    );
    expect(attempts).toEqual([1, 2]);
    await subscription.close();
    expect(await queue.replay({ topic: "orders" })).toBe(1);
    expect(await queue.depth("orders")).toMatchObject({ messages: 1, deadLetters: 0 });
  });

  it("hands over what a dead consumer had in hand", async () => {
    const { queue, namespace } = fresh();
    await queue.publish("orders", messages("1"));
    await redis.xgroup("CREATE", `${namespace}.orders`, "workers", "0");
    await redis.xreadgroup("GROUP", "workers", "ghost", "COUNT", 10, "STREAMS", `${namespace}.orders`, ">");
    await fill();
    const seen: string[] = [];
    await queue.subscribe("orders", async ({ id }) => void seen.push(id), { prefetch: 10 });
    await vi.waitFor(() => expect(seen).toEqual(["1"]), 3_000);
    await vi.waitFor(async () => expect(await queue.depth("orders")).toMatchObject({ messages: 0 }), 3_000);
  });
});
