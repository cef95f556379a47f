import { deepEqual, equal, ok } from "node:assert/strict";
import { CrmError } from "../../errors.js";
import { pause, rejectsAs, until } from "../expect.js";
import { type QueueCase, queueCase, twoQueueCase } from "./queue-harness.js";
import { bury, depthIs, drained, idsOf, messages, received, record, refuseOnce } from "./watch.js";

export const queueLifecycleCases: readonly QueueCase[] = [
  queueCase("queue: it says what it is", async (queue) => {
    const info = await queue.info();
    ok(info.name.length > 0 && info.version.length > 0);
    equal(typeof info.durable, "boolean");
    ok(info.durable || info.warnings.length > 0, "a queue that is not durable warns of it");
  }),
  queueCase("queue: closing a subscription waits for its handlers, and their messages are done", async (queue, { maxWaitMs }) => {
    let done = 0;
    const { deliveries, subscription } = await record(queue, "orders", {
      prefetch: 2,
      handle: async () => {
        await pause(100);
        done += 1;
      },
    });
    await queue.publish("orders", messages(2));
    await received(deliveries, 2, maxWaitMs);
    await Promise.all([subscription.close(), subscription.close()]);
    equal(done, 2);
    await drained(queue, "orders", maxWaitMs);
    await queue.publish("orders", messages(1, "late"));
    await pause(50);
    equal(deliveries.length, 2, "nothing is taken after closing");
    await subscription.close();
    await depthIs(queue, "orders", 1, maxWaitMs);
  }),
  twoQueueCase(
    "queue: a closed subscription leaves what it had not begun to others, soon and with no attempt counted",
    async ([queue, other], { maxWaitMs }) => {
      await queue.publish("orders", messages(20));
      const first = await record(queue, "orders", { prefetch: 5, handle: () => pause(50) });
      await received(first.deliveries, 1, maxWaitMs);
      await first.subscription.close();
      const second = await record(other, "orders", { prefetch: 20 });
      await drained(other, "orders", maxWaitMs);
      deepEqual(
        idsOf([...first.deliveries, ...second.deliveries]),
        messages(20).map(({ id }) => id),
      );
      ok(second.deliveries.every(({ attempts }) => attempts === 1));
    },
  ),
  twoQueueCase(
    "queue: a handler that gives up as closed leaves its message to another handle",
    async ([queue, other], { maxWaitMs }) => {
      const first = await record(queue, "orders", {
        handle: async () => {
          throw new CrmError("closed", "shutting down");
        },
      });
      await queue.publish("orders", messages(1));
      await received(first.deliveries, 1, maxWaitMs);
      await queue.close();
      const second = await record(other, "orders");
      await received(second.deliveries, 1, maxWaitMs);
      deepEqual(second.deliveries, [{ ...messages(1)[0], attempts: 1 }]);
    },
  ),
  twoQueueCase(
    "queue: closing waits for handlers, closes every subscription, and leaves other handles alone",
    async ([queue, other], { maxWaitMs }) => {
      let done = 0;
      const handle = async (): Promise<void> => {
        await pause(100);
        done += 1;
      };
      const watched = [await record(queue, "orders", { handle }), await record(queue, "receipts", { handle })];
      await queue.publish("orders", messages(1));
      await queue.publish("receipts", messages(1));
      await until("both messages in handlers", maxWaitMs, () =>
        watched.every(({ deliveries }) => deliveries.length === 1) ? true : undefined,
      );
      await Promise.all([queue.close(), queue.close()]);
      equal(done, 2);
      await queue.close();
      for (const topic of ["orders", "receipts"] as const) await drained(other, topic, maxWaitMs);
      await other.publish("orders", messages(1, "late"));
      const { deliveries } = await record(other, "orders");
      await received(deliveries, 1, maxWaitMs);
      deepEqual([deliveries[0]?.id, watched[0]?.deliveries.length], ["late0", 1]);
    },
  ),
  queueCase("queue: after closing every call rejects as closed", async (queue) => {
    await queue.publish("orders", messages(1));
    await queue.close();
    await rejectsAs("closed", "publish", () => queue.publish("orders", messages(1)));
    await rejectsAs("closed", "subscribe", () => queue.subscribe("orders", async () => undefined, { prefetch: 1 }));
    await rejectsAs("closed", "depth", () => queue.depth("orders"));
    await rejectsAs("closed", "deadLetters", () => queue.deadLetters({}, { limit: 1 }));
    await rejectsAs("closed", "replay", () => queue.replay({ topic: "orders" }));
    await rejectsAs("closed", "discard", () => queue.discard({ ids: ["m0"] }));
    await rejectsAs("closed", "rewriteDeadLetters", () => queue.rewriteDeadLetters(() => undefined));
    await rejectsAs("closed", "mark", () => queue.mark("orders"));
    await rejectsAs("closed", "isPast", () => queue.isPast("orders", "0"));
    await rejectsAs("closed", "info", () => queue.info());
  }),
  {
    name: "queue: with every handle closed and one opened again, messages, their attempts and dead letters are there",
    needs: "durable",
    run: async (harness) => {
      const { maxWaitMs } = harness;
      const queue = await harness.open();
      await bury(queue, "receipts", messages(1, "dead"), maxWaitMs);
      const refused = await record(queue, "orders", { handle: refuseOnce });
      await queue.publish("orders", messages(1));
      await received(refused.deliveries, 2, maxWaitMs);
      await queue.publish("customers", messages(50));
      await queue.close();
      const again = await harness.open();
      const kept = await record(again, "customers");
      const retried = await record(again, "orders");
      await received(retried.deliveries, 1, maxWaitMs);
      await drained(again, "customers", maxWaitMs);
      deepEqual(
        idsOf(kept.deliveries),
        messages(50).map(({ id }) => id),
      );
      equal(retried.deliveries[0]?.attempts, 2);
      deepEqual(
        (await again.deadLetters({}, { limit: 10 })).items.map(({ id, reason }) => [id, reason]),
        [["dead0", "refused dead0"]],
      );
    },
  },
  {
    name: "queue: what a dead process had in hand is delivered again, and its death is no attempt",
    needs: "crash",
    run: async (harness) => {
      const { maxWaitMs } = harness;
      const [queue, other] = [await harness.open(), await harness.open()];
      const first = await record(queue, "orders", { prefetch: 3, handle: () => new Promise(() => undefined) });
      await other.publish("orders", messages(5));
      await received(first.deliveries, 3, maxWaitMs);
      await harness.crash(queue);
      const second = await record(other, "orders");
      await received(second.deliveries, 5, maxWaitMs);
      await drained(other, "orders", maxWaitMs);
      deepEqual(
        idsOf(second.deliveries),
        messages(5).map(({ id }) => id),
      );
      ok(second.deliveries.every(({ attempts }) => attempts === 1));
    },
  },
];
