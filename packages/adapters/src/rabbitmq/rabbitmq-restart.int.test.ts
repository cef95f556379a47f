import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { needs, startOwn } from "../../../../test/service-url.js";
import { comesBack, refusesInTime, survivesUnderLoad } from "../brokers/restart-drill.fixture.js";
import { rabbitmqQueue } from "./rabbitmq-queue.js";

describe("RabbitMQ that is restarted", needs("docker", "rabbitmq"), () => {
  let broker: Awaited<ReturnType<typeof startOwn>>;
  let cases = 0;
  const opened: { close(): Promise<void> }[] = [];
  const open = (namespace: string) => {
    const queue = rabbitmqQueue({ url: `amqp://guest:guest@127.0.0.1:${broker.port}`, namespace });
    opened.push(queue);
    return queue;
  };
  const fresh = () => `restart${++cases}`;

  beforeAll(async () => {
    broker = await startOwn("rabbitmq");
    await comesBack(open(fresh()));
  }, 120_000);
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((queue) => queue.close()));
  });
  afterAll(async () => {
    await broker?.remove();
  });

  it.for(["restart", "kill"] as const)(
    "loses nothing under load when it is ended by %s, and consumers go on",
    { timeout: 80_000 },
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
    timeout: 60_000,
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
    timeout: 60_000,
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
});
