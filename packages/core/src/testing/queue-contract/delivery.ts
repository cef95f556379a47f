import { deepEqual, equal, ok } from "node:assert/strict";
import { CrmError } from "../../errors.js";
import { type DeliveredMessage, TOPICS } from "../../ports/queue.js";
import { pause, until } from "../expect.js";
import { type QueueCase, queueCase, twoQueueCase } from "./queue-harness.js";
import { depthIs, drained, idsOf, messages, received, record, refuseOnce } from "./watch.js";

const AWKWARD_BODY = JSON.stringify({
  name: "Zoë 😀 𝒳 שלום Ame\u0301lie",
  quote: "\"\\'`",
  lines: "a\r\nb\u2028c\td",
  dollar: { $ne: null },
});

export const deliveryCases: readonly QueueCase[] = [
  queueCase("delivery: what is published is delivered, as it was, to who subscribes later", async (queue, { maxWaitMs }) => {
    const sent = { id: "m 1:é~2", body: AWKWARD_BODY };
    await queue.publish("orders", [sent]);
    const { deliveries } = await record(queue, "orders");
    await received(deliveries, 1, maxWaitMs);
    deepEqual(deliveries, [{ ...sent, attempts: 1 }]);
  }),
  twoQueueCase("delivery: what one handle publishes reaches a subscriber of another", async ([queue, other], { maxWaitMs }) => {
    const { deliveries } = await record(other, "receipts");
    for (const message of messages(3)) await queue.publish("receipts", [message]);
    await received(deliveries, 3, maxWaitMs);
    await drained(queue, "receipts", maxWaitMs);
    deepEqual(idsOf(deliveries), ["m0", "m1", "m2"]);
  }),
  queueCase(
    "delivery: a thousand messages published at once all arrive, once each when nothing fails",
    async (queue, { maxWaitMs }) => {
      const sent = messages(1_000);
      await queue.publish("customers", sent);
      const { deliveries } = await record(queue, "customers", { prefetch: 100 });
      await drained(queue, "customers", maxWaitMs);
      deepEqual(
        idsOf(deliveries),
        sent.map(({ id }) => id),
      );
      await queue.publish("customers", []);
      equal((await queue.depth("customers")).messages, 0);
    },
  ),
  queueCase("delivery: a body of a megabyte arrives whole", async (queue, { maxWaitMs }) => {
    const body = JSON.stringify({ text: "é😀x".repeat(150_000) });
    ok(new TextEncoder().encode(body).length > 1_000_000);
    await queue.publish("orders", [
      { id: "large", body },
      { id: "small", body: "{}" },
    ]);
    const { deliveries } = await record(queue, "orders");
    await received(deliveries, 2, maxWaitMs);
    ok(deliveries.find(({ id }) => id === "large")?.body === body, "the body is as it was");
  }),
  queueCase("delivery: topics are apart", async (queue, { maxWaitMs }) => {
    for (const topic of TOPICS) await queue.publish(topic, messages(2, topic));
    const { deliveries } = await record(queue, "orders");
    await drained(queue, "orders", maxWaitMs);
    deepEqual(idsOf(deliveries), ["orders0", "orders1"]);
    for (const topic of ["customers", "receipts"] as const) await depthIs(queue, topic, 2, maxWaitMs);
  }),
  twoQueueCase("delivery: two handles share the messages, each to one when nothing fails", async (queues, { maxWaitMs }) => {
    const shares: (readonly DeliveredMessage[])[] = [];
    const bothHaveSome = () =>
      until("a share for each handle", maxWaitMs, () =>
        shares.length === 2 && shares.every((share) => share.length > 0) ? true : undefined,
      );
    for (const queue of queues)
      shares.push((await record(queue, "orders", { prefetch: 2, handle: async () => void (await bothHaveSome()) })).deliveries);
    const sent = messages(100);
    await queues[0].publish("orders", sent.slice(0, 50));
    await queues[1].publish("orders", sent.slice(50));
    await until("every message", maxWaitMs, () => (shares.flat().length >= 100 ? true : undefined));
    for (const queue of queues) await drained(queue, "orders", maxWaitMs);
    deepEqual(
      idsOf(shares.flat()),
      sent.map(({ id }) => id),
    );
  }),
  queueCase("delivery: no more than the prefetch are with the handler at once", async (queue, { maxWaitMs }) => {
    let busy = 0;
    let most = 0;
    await queue.publish("orders", messages(30));
    await record(queue, "orders", {
      prefetch: 3,
      handle: async () => {
        busy += 1;
        most = Math.max(most, busy);
        await pause(10);
        busy -= 1;
      },
    });
    await drained(queue, "orders", maxWaitMs);
    ok(most > 1 && most <= 3, `${most} at once`);
  }),
  queueCase("delivery: a refused message comes again, and each refusal is counted", async (queue, { maxWaitMs, maxAttempts }) => {
    const { deliveries } = await record(queue, "orders", {
      handle: async ({ attempts }) => {
        if (attempts < maxAttempts) throw new Error("not yet");
      },
    });
    await queue.publish("orders", messages(1));
    await received(deliveries, maxAttempts, maxWaitMs);
    await drained(queue, "orders", maxWaitMs);
    deepEqual(
      deliveries.map(({ attempts }) => attempts),
      Array.from({ length: maxAttempts }, (_, index) => index + 1),
    );
    equal((await queue.depth("orders")).deadLetters, 0);
  }),
  twoQueueCase("delivery: refusals are counted over all handles", async ([queue, other], { maxWaitMs }) => {
    const first = await record(queue, "orders", { handle: refuseOnce });
    await queue.publish("orders", messages(1));
    await received(first.deliveries, 2, maxWaitMs);
    await first.subscription.close();
    const second = await record(other, "orders");
    await received(second.deliveries, 1, maxWaitMs);
    equal(second.deliveries[0]?.attempts, 2);
  }),
  queueCase("delivery: a refused message holds up no other", async (queue, { maxWaitMs }) => {
    let refused = 0;
    const { deliveries } = await record(queue, "orders", {
      prefetch: 1,
      handle: async ({ id }) => {
        if (id === "m0" && refused++ === 0) throw new Error("not yet");
      },
    });
    await queue.publish("orders", messages(5));
    await drained(queue, "orders", maxWaitMs);
    deepEqual(idsOf(deliveries), ["m0", "m0", "m1", "m2", "m3", "m4"]);
  }),
  queueCase("delivery: a refusal as unavailable or closed is no attempt", async (queue, { maxWaitMs, maxAttempts }) => {
    const refusals = maxAttempts + 1;
    const { deliveries } = await record(queue, "orders", {
      handle: async () => {
        if (deliveries.length <= refusals)
          throw new CrmError(deliveries.length % 2 === 0 ? "unavailable" : "closed", "the store is away");
      },
    });
    await queue.publish("orders", messages(1));
    await received(deliveries, refusals + 1, maxWaitMs);
    await drained(queue, "orders", maxWaitMs);
    deepEqual(
      deliveries.map(({ attempts }) => attempts),
      Array.from({ length: refusals + 1 }, () => 1),
    );
    equal((await queue.depth("orders")).deadLetters, 0);
  }),
  queueCase("delivery: a refusal as unavailable comes back after the pause that it asks for", async (queue, { maxWaitMs }) => {
    const at: number[] = [];
    const { deliveries } = await record(queue, "orders", {
      handle: async () => {
        at.push(Date.now());
        if (at.length === 1) throw new CrmError("unavailable", "not there yet", { details: { retryAfterMs: 2_000 } });
      },
    });
    await queue.publish("orders", messages(1));
    await received(deliveries, 2, maxWaitMs);
    await drained(queue, "orders", maxWaitMs);
    const [first = 0, second = 0] = at;
    ok(second - first >= 1_800, `came back after ${second - first} ms`);
    deepEqual(
      deliveries.map(({ attempts }) => attempts),
      [1, 1],
    );
  }),
  queueCase("delivery: the depth counts what waits and what is in a handler", async (queue, { maxWaitMs }) => {
    deepEqual(await queue.depth("orders"), { topic: "orders", messages: 0, deadLetters: 0 });
    await queue.publish("orders", messages(5));
    await depthIs(queue, "orders", 5, maxWaitMs);
    const { oldestAgeMs } = await queue.depth("orders");
    ok(oldestAgeMs === undefined || (oldestAgeMs >= 0 && oldestAgeMs < 60_000));
    let finish = (): void => undefined;
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const { deliveries } = await record(queue, "orders", { prefetch: 2, handle: () => finished });
    await received(deliveries, 2, maxWaitMs);
    await depthIs(queue, "orders", 5, maxWaitMs);
    equal(deliveries.length, 2, "two in a handler, three waiting");
    finish();
    await drained(queue, "orders", maxWaitMs);
  }),
];
