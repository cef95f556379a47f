import { deepEqual, ok } from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { hasCode, type MessageQueue } from "@crm-engine/core/ports";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { startOwn } from "../../../../test/service-url.js";

const BATCH = 20;
const LOAD_MS = 1_000;
const RECOVERY_MS = 15_000;
const ANSWER_MS = 2_000;
/** What a busy machine may add to a time-out. */
const SLACK_MS = 500;

type Broker = Awaited<ReturnType<typeof startOwn>>;

/** Tests of a queue whose broker, started for it alone, is restarted, killed or hangs. */
export function restartDrills(start: () => Promise<Broker>, openOn: (broker: Broker, namespace: string) => MessageQueue): void {
  let broker: Broker;
  let cases = 0;
  const opened: MessageQueue[] = [];
  const open = (namespace: string): MessageQueue => {
    const queue = openOn(broker, namespace);
    opened.push(queue);
    return queue;
  };
  const fresh = () => `restart${++cases}`;
  const awayFor = async (known: MessageQueue, end: () => Promise<unknown>, begin: () => Promise<unknown>): Promise<void> => {
    await known.publish("orders", [{ id: "1", body: "{}" }]);
    await end();
    try {
      await refusesInTime(known);
      await refusesInTime(known);
      await refusesInTime(open(fresh()));
    } finally {
      await begin();
    }
    await comesBack(known);
  };

  beforeAll(async () => {
    broker = await start();
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
      // What a consumer has seen it has not yet told the broker.
      await expect
        .poll(() => open(namespace).depth("orders"), { timeout: RECOVERY_MS })
        .toEqual({ topic: "orders", messages: 0, deadLetters: 0 });
    },
  );

  it("refuses publishes as unavailable within 2 s while it is stopped, and takes them when it is back", {
    timeout: 60_000,
  }, async () => {
    await awayFor(open(fresh()), broker.kill, broker.start);
  });

  it("refuses publishes as unavailable within 2 s while it hangs, and queues each at most once", {
    timeout: 60_000,
  }, async () => {
    const known = open(fresh());
    await awayFor(known, broker.pause, broker.unpause);
    await sleep(1_000);
    const { messages } = await known.depth("orders");
    expect(messages, "1, back, and away at most once for each publish").toBeLessThanOrEqual(4);
  });
}

/**
 * Publishes and consumes all the while that `disturb` ill-treats the broker. Every message whose publish settled is consumed,
 * consuming goes on within 15 s of the broker's start, and no publish hangs.
 */
async function survivesUnderLoad(
  producer: MessageQueue,
  consumer: MessageQueue,
  disturb: () => Promise<void>,
): Promise<{ readonly settled: number; readonly repeated: number }> {
  const settled: string[] = [];
  const seen = new Map<string, number>();
  const refusals: unknown[] = [];
  let lastSeenAt = 0;
  let slowestMs = 0;
  let publishing = true;
  await consumer.subscribe(
    "orders",
    async ({ id }) => {
      await sleep(2);
      seen.set(id, (seen.get(id) ?? 0) + 1);
      lastSeenAt = Date.now();
    },
    { prefetch: 50 },
  );
  const publish = async (name: string) => {
    for (let n = 0; publishing; n++) {
      const messages = Array.from({ length: BATCH }, (_, i) => ({ id: `${name}-${n}-${i}`, body: JSON.stringify({ n, i }) }));
      const begunAt = Date.now();
      await producer.publish("orders", messages).then(
        () => settled.push(...messages.map(({ id }) => id)),
        (error: unknown) => refusals.push(error),
      );
      slowestMs = Math.max(slowestMs, Date.now() - begunAt);
      await sleep(10);
    }
  };
  const publishers = Promise.all([publish("a"), publish("b")]);

  await sleep(LOAD_MS);
  ok(seen.size > 0, "nothing was consumed before the disturbance");
  await disturb();
  const startedAt = Date.now();
  const settledBefore = settled.length;
  while ((lastSeenAt <= startedAt || settled.length === settledBefore) && Date.now() < startedAt + RECOVERY_MS) await sleep(20);
  ok(settled.length > settledBefore, "publishing did not go on within 15 s");
  ok(lastSeenAt > startedAt, "consuming did not go on within 15 s");
  await sleep(LOAD_MS);
  publishing = false;
  await publishers;
  const missing = () => settled.filter((id) => !seen.has(id));
  for (const end = Date.now() + RECOVERY_MS; missing().length > 0 && Date.now() < end; ) await sleep(50);

  deepEqual(missing(), [], "messages whose publish settled were lost");
  ok(
    refusals.every((error) => hasCode(error, "unavailable")),
    `publishes rejected otherwise than as unavailable: ${refusals.map(String).join("; ")}`,
  );
  ok(slowestMs <= ANSWER_MS + SLACK_MS, `a publish took ${slowestMs} ms`);
  return { settled: settled.length, repeated: [...seen.values()].filter((times) => times > 1).length };
}

/** A publish that nobody can take is `unavailable` within 2 s. */
async function refusesInTime(queue: MessageQueue): Promise<void> {
  const begunAt = Date.now();
  const error = await queue.publish("orders", [{ id: "away", body: "{}" }]).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const tookMs = Date.now() - begunAt;
  ok(hasCode(error, "unavailable"), `expected unavailable, got ${String(error)}`);
  ok(tookMs <= ANSWER_MS + SLACK_MS / 2, `the refusal took ${tookMs} ms`);
}

/** Tries until the queue takes a message again. */
export async function comesBack(queue: MessageQueue): Promise<void> {
  for (const end = Date.now() + RECOVERY_MS; ; ) {
    try {
      return await queue.publish("orders", [{ id: "back", body: "{}" }]);
    } catch (error) {
      if (Date.now() > end) throw error;
      await sleep(100);
    }
  }
}
