import { randomUUID } from "node:crypto";
import { CrmError, type DeliveredMessage, TOPICS } from "@crm-engine/core/ports";
import { type ChannelModel, connect } from "amqplib";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { needs, serviceUrl } from "../../../../test/service-url.js";
import { runQueueContract } from "../brokers/run-queue-contract.fixture.js";
import { rabbitmqQueue } from "./rabbitmq-queue.js";

const url = serviceUrl("rabbitmq");
const RETRY_MS = 20;

describe("rabbitmqQueue", needs("rabbitmq"), () => {
  let connection: ChannelModel;
  const namespaces: string[] = [];
  const closing: { close(): Promise<void> }[] = [];
  const newNamespace = () => {
    const namespace = `test-${randomUUID()}`;
    namespaces.push(namespace);
    return namespace;
  };
  const fresh = () => {
    const namespace = newNamespace();
    const open = () => {
      const queue = rabbitmqQueue({ url, namespace, retryDelayMs: RETRY_MS });
      closing.push(queue);
      return queue;
    };
    return { name: `${namespace}.orders`, open, queue: open() };
  };
  const message = (id: string) => ({ id, body: JSON.stringify({ id }) });
  const into = (seen: DeliveredMessage[]) => async (delivered: DeliveredMessage) => void seen.push(delivered);

  beforeAll(async () => {
    connection = await connect(url);
  });
  afterEach(async () => {
    await Promise.all(closing.splice(0).map((queue) => queue.close()));
  });
  afterAll(async () => {
    const channel = await connection.createChannel();
    const names = namespaces.flatMap((namespace) => TOPICS.map((topic) => `${namespace}.${topic}`));
    for (const name of names)
      for (const queue of [name, `${name}.dead`, ...[20, 40, 80, 160, 2_000, 30_000].map((ms) => `${name}.retry.${ms}`)])
        await channel.deleteQueue(queue);
    await connection.close();
  });

  runQueueContract(url, 5672, newNamespace, (proxied, namespace, maxAttempts) =>
    rabbitmqQueue({ url: proxied, namespace, maxAttempts, retryDelayMs: RETRY_MS }),
  );

  it("rejects a publish that no queue takes, though the broker confirms it, and declares the queue again", async () => {
    const { queue, name } = fresh();
    await queue.publish("orders", [message("1")]);
    await (await connection.createChannel()).deleteQueue(name);
    await expect(queue.publish("orders", [message("2")])).rejects.toMatchObject({ code: "unavailable" });
    await queue.publish("orders", [message("3")]);
    expect(await queue.depth("orders")).toMatchObject({ messages: 1 });
  });

  it("redelivers what a consumer had in hand when it died, as a first attempt", async () => {
    const { queue, name } = fresh();
    const seen: DeliveredMessage[] = [];
    await queue.publish("orders", [message("1")]);
    const doomed = await connect(url);
    const channel = await doomed.createChannel();
    await new Promise<void>((resolve) => void channel.consume(name, () => resolve()));
    await queue.subscribe("orders", into(seen), { prefetch: 10 });
    expect(seen).toEqual([]);
    await doomed.close();
    await vi.waitFor(() => expect(seen).toMatchObject([{ id: "1", attempts: 1 }]), 2_000);
  });

  it("shows and replays a dead letter once, though its consumer died half-way and it was buried twice", async () => {
    const { queue, name } = fresh();
    const refusing = await queue.subscribe("orders", () => Promise.reject(new Error("no good")), { prefetch: 10 });
    await queue.publish("orders", [message("1"), message("2")]);
    await vi.waitFor(async () => expect((await queue.deadLetters({}, { limit: 9 })).items).toHaveLength(2), 5_000);
    await refusing.close();
    const channel = await connection.createChannel();
    const original = await channel.get(`${name}.dead`);
    if (original === false) throw new Error("there is no dead letter");
    channel.sendToQueue(`${name}.dead`, original.content, original.properties);
    channel.nack(original);
    await vi.waitFor(async () => expect(await queue.depth("orders")).toMatchObject({ deadLetters: 3 }), 5_000);
    const { items } = await queue.deadLetters({}, { limit: 9 });
    expect(items.map(({ id }) => id).sort()).toEqual(["1", "2"]);
    await vi.waitFor(async () => expect(await queue.depth("orders")).toMatchObject({ deadLetters: 2 }), 5_000);
    expect(await queue.replay({ topic: "orders" })).toBe(2);
    expect(await queue.depth("orders")).toMatchObject({ messages: 2, deadLetters: 0 });
  });

  it("makes a message that fifty consumers died with a dead letter, though no handler refused it", async () => {
    const { queue, name } = fresh();
    await queue.publish("orders", [message("deadly")]);
    const channel = await connection.createChannel();
    // As for a death, the server counts a rejection towards its delivery limit.
    await channel.consume(name, (delivered) => delivered && channel.reject(delivered, true));
    await vi.waitFor(async () => {
      const { items } = await queue.deadLetters({ topic: "orders" }, { limit: 10 });
      expect(items).toMatchObject([{ id: "deadly", attempts: 0, reason: expect.stringMatching(/^5\d consumers died/) }]);
      expect(Date.now() - (items[0]?.deadAt ?? 0)).toBeLessThan(60_000);
    }, 5_000);
    await channel.close();
  });

  it("goes on consuming after its queue was deleted under it", async () => {
    const { queue, name } = fresh();
    const seen: DeliveredMessage[] = [];
    await queue.subscribe("orders", into(seen), { prefetch: 10 });
    await (await connection.createChannel()).deleteQueue(name);
    await vi.waitFor(async () => {
      await queue.publish("orders", [message("after")]);
      expect(seen.length).toBeGreaterThan(0);
    }, 5_000);
  });

  it("shows every dead letter once to two readers at once, page by page, in the order of their deaths", async () => {
    const { queue, open } = fresh();
    const ids = Array.from({ length: 250 }, (_, i) => String(i));
    await queue.publish("orders", ids.map(message));
    const refusing = await queue.subscribe("orders", () => Promise.reject(new Error("never")), { prefetch: 250 });
    await vi.waitFor(async () => expect((await queue.depth("orders")).deadLetters).toBe(ids.length), 10_000);
    await refusing.close();

    const readAll = async (reader: typeof queue) => {
      const read: { id: string; deadAt: number }[] = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page = await reader.deadLetters({}, { limit: 90, ...(cursor ? { cursor } : {}) });
        read.push(...page.items);
        cursor = page.nextCursor;
      }
      return read;
    };
    for (const read of await Promise.all([readAll(queue), readAll(open())])) {
      expect(read.map(({ id }) => Number(id)).sort((a, b) => a - b)).toEqual(ids.map(Number));
      expect(read.map(({ deadAt }) => deadAt)).toEqual(read.map(({ deadAt }) => deadAt).sort((a, b) => a - b));
    }
    expect(await queue.depth("orders")).toEqual({ topic: "orders", messages: 0, deadLetters: ids.length });
  });

  it("names the server, which keeps on disk what it confirmed", async () => {
    expect(await fresh().queue.info()).toEqual({
      name: "RabbitMQ",
      version: expect.stringMatching(/^4\./),
      durable: true,
      warnings: [],
    });
  });

  it("is unavailable within 2 s where nobody listens, and does no I/O before its first use", async () => {
    const queue = rabbitmqQueue({ url: "amqp://127.0.0.1:1" });
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
