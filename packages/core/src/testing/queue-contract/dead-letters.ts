import { deepEqual, equal, ok } from "node:assert/strict";
import { readAll, rejectsAs, until } from "../expect.js";
import { type QueueCase, queueCase, twoQueueCase } from "./queue-harness.js";
import { bury, drained, idsOf, messages, received, record } from "./watch.js";

export const deadLetterCases: readonly QueueCase[] = [
  twoQueueCase(
    "dead letters: a message refused for the last time is kept with its reason",
    async ([queue, other], { maxAttempts, maxWaitMs }) => {
      const before = Date.now();
      const { deliveries } = await record(queue, "orders", {
        handle: async ({ id }) => {
          if (id === "m1") throw new Error("a poisonous é row");
        },
      });
      await queue.publish("orders", messages(3));
      await until("a dead letter", maxWaitMs, async () => ((await queue.depth("orders")).deadLetters === 1 ? true : undefined));
      await drained(queue, "orders", maxWaitMs);
      equal(deliveries.filter(({ id }) => id === "m1").length, maxAttempts);
      for (const handle of [queue, other]) {
        const [letter, ...more] = (await handle.deadLetters({}, { limit: 10 })).items;
        ok(letter && more.length === 0);
        const { deadAt, ...rest } = letter;
        deepEqual(rest, {
          id: "m1",
          body: messages(3)[1]?.body,
          topic: "orders",
          reason: "a poisonous é row",
          attempts: maxAttempts,
        });
        ok(deadAt >= before - 60_000 && deadAt <= Date.now() + 60_000);
      }
    },
  ),
  queueCase("dead letters: whoever buried a message tells of it, once", async (queue, { maxAttempts, maxWaitMs }) => {
    const told: unknown[] = [];
    const events = { buried: (letter: unknown) => void told.push(letter), failed: () => undefined, recovered: () => undefined };
    const refuse = async ({ id }: { readonly id: string }) => {
      if (id !== "m1") throw new Error(`refused ${id}`);
    };
    await queue.subscribe("orders", refuse, { prefetch: 10, events });
    await queue.publish("orders", messages(3));
    await until("two dead letters", maxWaitMs, async () => ((await queue.depth("orders")).deadLetters === 2 ? true : undefined));
    await drained(queue, "orders", maxWaitMs);
    await until("word of both", maxWaitMs, () => (told.length >= 2 ? true : undefined));
    const letters = ["m0", "m2"].map((id) => ({ id, attempts: maxAttempts, reason: `refused ${id}` }));
    deepEqual(new Set(told.map((letter) => JSON.stringify(letter))), new Set(letters.map((letter) => JSON.stringify(letter))));
    equal(told.length, 2);
  }),
  queueCase("dead letters: they are listed by topic, oldest first, page by page", async (queue, { maxWaitMs }) => {
    for (const [index, message] of messages(5).entries()) await bury(queue, "orders", [message], maxWaitMs, index);
    await bury(queue, "receipts", messages(2, "r"), maxWaitMs);
    deepEqual(
      (await readAll(2, (page) => queue.deadLetters({ topic: "orders" }, page))).map(({ id }) => id),
      ["m0", "m1", "m2", "m3", "m4"],
    );
    deepEqual(idsOf(await readAll(10, (page) => queue.deadLetters({ topic: "receipts" }, page))), ["r0", "r1"]);
    deepEqual(await readAll(10, (page) => queue.deadLetters({ topic: "customers" }, page)), []);
    const all = await readAll(3, (page) => queue.deadLetters({}, page));
    deepEqual([...new Set(all.map(({ id }) => id))].length, 7);
    deepEqual(
      all.map(({ deadAt }) => deadAt),
      all.map(({ deadAt }) => deadAt).sort((a, b) => a - b),
    );
    deepEqual([(await queue.depth("orders")).deadLetters, (await queue.depth("receipts")).deadLetters], [5, 2]);
  }),
  queueCase("dead letters: those replayed by id come again with no attempts counted", async (queue, { maxWaitMs }) => {
    await bury(queue, "orders", messages(3), maxWaitMs);
    equal(await queue.replay({ ids: ["m1", "m2", "unknown"] }), 2);
    const { deliveries } = await record(queue, "orders");
    await received(deliveries, 2, maxWaitMs);
    await drained(queue, "orders", maxWaitMs);
    deepEqual(
      [idsOf(deliveries), deliveries.map(({ attempts }) => attempts)],
      [
        ["m1", "m2"],
        [1, 1],
      ],
    );
    deepEqual(
      deliveries.map(({ body }) => body).sort(),
      messages(3)
        .slice(1)
        .map(({ body }) => body),
    );
    deepEqual(idsOf((await queue.deadLetters({}, { limit: 10 })).items), ["m0"]);
    equal(await queue.replay({ ids: ["m1"] }), 0, "it is no dead letter any more");
    equal(await queue.replay({ ids: [] }), 0);
  }),
  twoQueueCase("dead letters: those discarded are gone for good, and no others", async ([queue, other], { maxWaitMs }) => {
    await bury(queue, "orders", messages(3), maxWaitMs);
    await bury(queue, "receipts", messages(2, "r"), maxWaitMs);
    await queue.publish("customers", messages(1, "waiting"));
    equal(await other.discard({ ids: ["m1", "r0", "unknown", "waiting0"] }), 2);
    deepEqual(idsOf((await queue.deadLetters({}, { limit: 10 })).items), ["m0", "r1", "m2"]);
    deepEqual([(await queue.depth("orders")).deadLetters, (await queue.depth("receipts")).deadLetters], [2, 1]);
    equal((await queue.depth("customers")).messages, 1, "what is no dead letter stays");
    equal(await queue.discard({ ids: ["m1"] }), 0, "it is gone");
    equal(await queue.discard({ ids: [] }), 0);
    equal(await queue.replay({ topic: "orders" }), 2);
    const { deliveries } = await record(queue, "orders");
    await received(deliveries, 2, maxWaitMs);
    await drained(queue, "orders", maxWaitMs);
    deepEqual(idsOf(deliveries), ["m0", "m2"]);
  }),
  queueCase("dead letters: those replayed by topic come again, and no other topic's", async (queue, { maxWaitMs }) => {
    await bury(queue, "orders", messages(3), maxWaitMs);
    await bury(queue, "receipts", messages(2, "r"), maxWaitMs);
    equal(await queue.replay({ topic: "orders" }), 3);
    equal(await queue.replay({ topic: "customers" }), 0);
    const { deliveries } = await record(queue, "orders");
    await received(deliveries, 3, maxWaitMs);
    deepEqual(idsOf(deliveries), ["m0", "m1", "m2"]);
    deepEqual([(await queue.depth("orders")).deadLetters, (await queue.depth("receipts")).deadLetters], [0, 2]);
  }),
  queueCase("dead letters: a replayed message that is refused again dies again", async (queue, { maxWaitMs, maxAttempts }) => {
    await bury(queue, "orders", messages(1), maxWaitMs);
    const { deliveries } = await record(queue, "orders", {
      handle: async () => {
        throw new Error("still refused");
      },
    });
    equal(await queue.replay({ topic: "orders" }), 1);
    await received(deliveries, maxAttempts, maxWaitMs);
    await drained(queue, "orders", maxWaitMs);
    const { items } = await queue.deadLetters({}, { limit: 10 });
    deepEqual(
      items.map(({ id, reason, attempts }) => [id, reason, attempts]),
      [["m0", "still refused", maxAttempts]],
    );
  }),
  queueCase("dead letters: a cursor that no page gave is refused", async (queue) => {
    for (const cursor of ["garbage", "%", "e30", "W10"])
      await rejectsAs("invalid", `dead letters from ${cursor}`, () => queue.deadLetters({}, { limit: 10, cursor }));
  }),
];
