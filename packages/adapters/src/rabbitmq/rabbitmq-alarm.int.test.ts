import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { needs, startOwn } from "../../../../test/service-url.js";
import { comesBack } from "../brokers/restart-drill.fixture.js";
import { rabbitmqQueue } from "./rabbitmq-queue.js";

const HELD_BACK = expect.stringMatching(/^RabbitMQ holds back every message \(low on memory\)/);

describe("RabbitMQ with a memory alarm", needs("docker", "rabbitmq"), () => {
  let broker: Awaited<ReturnType<typeof startOwn>>;
  let cases = 0;
  const opened: { close(): Promise<void> }[] = [];
  const open = (namespace: string) => {
    const queue = rabbitmqQueue({ url: `amqp://guest:guest@127.0.0.1:${broker.port}`, namespace });
    opened.push(queue);
    return queue;
  };
  const fresh = () => `alarm${++cases}`;
  const message = (id: string) => [{ id, body: "{}" }];
  const watermark = (share: string) => broker.run(["rabbitmqctl", "-q", "set_vm_memory_high_watermark", share]);

  beforeAll(async () => {
    broker = await startOwn("rabbitmq");
    await comesBack(open(fresh()));
  }, 120_000);
  afterEach(async () => {
    await watermark("0.6");
    await Promise.all(opened.splice(0).map((queue) => queue.close()));
  }, 30_000);
  afterAll(async () => {
    await broker?.remove();
  });

  it("is not ready, and refuses to publish, with the reason, until the alarm is over", { timeout: 60_000 }, async () => {
    const namespace = fresh();
    const [idle, busy] = [open(namespace), open(namespace)];
    await busy.publish("orders", message("before"));
    expect(await busy.info()).not.toHaveProperty("refusesWrites");
    await watermark("0.0000001");
    for (const queue of [idle, busy, open(namespace)]) {
      expect(await queue.info()).toMatchObject({ name: "RabbitMQ", refusesWrites: HELD_BACK });
    }
    for (const queue of [idle, busy]) {
      const begunAt = Date.now();
      await expect(queue.publish("orders", message("during"))).rejects.toMatchObject({ code: "unavailable", message: HELD_BACK });
      expect(Date.now() - begunAt).toBeLessThan(500);
    }
    await watermark("0.6");
    await vi.waitFor(async () => expect(await busy.info()).not.toHaveProperty("refusesWrites"), 5_000);
    await busy.publish("orders", message("after"));
    await idle.publish("orders", message("after"));
  });

  it("gives a worker what it has, and takes acknowledgements", { timeout: 60_000 }, async () => {
    const namespace = fresh();
    const queue = open(namespace);
    await queue.publish("orders", [...message("1"), ...message("2")]);
    await watermark("0.0000001");
    await vi.waitFor(async () => expect(await queue.info()).toHaveProperty("refusesWrites"), 5_000);
    const seen: string[] = [];
    await open(namespace).subscribe("orders", async ({ id }) => void seen.push(id), { prefetch: 10 });
    await vi.waitFor(() => expect(seen.sort()).toEqual(["1", "2"]), 3_000);
    await vi.waitFor(async () => expect(await queue.depth("orders")).toMatchObject({ messages: 0 }), 3_000);
  });
});
