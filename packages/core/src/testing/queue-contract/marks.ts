import { equal, ok } from "node:assert/strict";
import { CrmError } from "../../errors.js";
import type { MessageQueue, Topic } from "../../ports/queue.js";
import { pause, until } from "../expect.js";
import { type QueueCase, queueCase, twoQueueCase } from "./queue-harness.js";
import { bury, drained, messages, received, record } from "./watch.js";

/** Long enough for a queue that is mistaken to say so. */
const A_WHILE_MS = 300;

export const markCases: readonly QueueCase[] = [
  queueCase("marks: an empty topic is past its mark, whatever is published then", async (queue, { maxWaitMs }) => {
    const empty = await queue.mark("orders");
    await becomesPast(queue, "orders", empty, maxWaitMs);
    await queue.publish("orders", messages(3));
    const { deliveries } = await record(queue, "orders");
    await received(deliveries, 3, maxWaitMs);
    await drained(queue, "orders", maxWaitMs);
    await becomesPast(queue, "orders", empty, maxWaitMs);
  }),
  twoQueueCase("marks: what waits keeps its topic from being past, and no other", async ([queue, other], { maxWaitMs }) => {
    await queue.publish("orders", messages(2));
    const [orders, receipts] = [await queue.mark("orders"), await queue.mark("receipts")];
    await becomesPast(other, "receipts", receipts, maxWaitMs);
    await staysBefore(other, "orders", orders);
    const { deliveries } = await record(queue, "orders");
    await received(deliveries, 2, maxWaitMs);
    await becomesPast(other, "orders", orders, maxWaitMs);
  }),
  twoQueueCase("marks: so does what is in a handler, whoever has it", async ([queue, other], { maxWaitMs }) => {
    let finish = (): void => undefined;
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const { deliveries } = await record(queue, "orders", { handle: () => finished });
    await record(other, "orders", { handle: () => finished });
    await queue.publish("orders", messages(2));
    await until("both in a handler", maxWaitMs, () => (deliveries.length > 0 ? true : undefined));
    const mark = await other.mark("orders");
    await staysBefore(other, "orders", mark);
    await staysBefore(queue, "orders", mark);
    finish();
    await becomesPast(other, "orders", mark, maxWaitMs);
  }),
  twoQueueCase("marks: so does what comes back, until it is taken", async ([queue, other], { maxWaitMs }) => {
    let refuses = true;
    const { deliveries } = await record(queue, "orders", {
      handle: async () => {
        if (refuses) throw new CrmError("unavailable", "the store is away");
      },
    });
    await queue.publish("orders", messages(1));
    const mark = await other.mark("orders");
    await received(deliveries, 2, maxWaitMs);
    await staysBefore(other, "orders", mark);
    refuses = false;
    await becomesPast(other, "orders", mark, maxWaitMs);
  }),
  twoQueueCase("marks: what is dead keeps nothing", async ([queue, other], { maxWaitMs }) => {
    await bury(queue, "orders", messages(2), maxWaitMs);
    const mark = await queue.mark("orders");
    await becomesPast(other, "orders", mark, maxWaitMs);
  }),
  queueCase("marks: a topic is past its mark though newer messages wait", async (queue, { maxWaitMs }) => {
    let handled = 0;
    await record(queue, "orders", {
      prefetch: 100,
      handle: async () => {
        await pause(150);
        handled += 1;
      },
    });
    await queue.publish("orders", messages(3));
    const mark = await queue.mark("orders");
    let stopped = false;
    const busy = (async () => {
      for (let n = 0; !stopped; n++) {
        await queue.publish("orders", messages(2, `later${n}-`));
        await pause(20);
      }
    })();
    try {
      await becomesPast(queue, "orders", mark, maxWaitMs);
      ok(handled >= 3, "those before the mark were settled");
    } finally {
      stopped = true;
      await busy;
    }
    await drained(queue, "orders", maxWaitMs);
  }),
  {
    name: "marks: what a consumer that died had in hand keeps its topic from being past, until others have taken it",
    needs: "crash",
    run: async (harness) => {
      const { maxWaitMs } = harness;
      const [queue, other] = [await harness.open(), await harness.open()];
      const first = await record(queue, "orders", { handle: () => new Promise(() => undefined) });
      await other.publish("orders", messages(2));
      await received(first.deliveries, 2, maxWaitMs);
      const mark = await other.mark("orders");
      await harness.crash(queue);
      await staysBefore(other, "orders", mark);
      const second = await record(other, "orders");
      await received(second.deliveries, 2, maxWaitMs);
      await becomesPast(other, "orders", mark, maxWaitMs);
    },
  },
  queueCase(
    "dead letters: rewriting changes those that it has another body for, and nothing else of them",
    async (queue, { maxWaitMs }) => {
      await bury(queue, "orders", messages(450), maxWaitMs);
      await bury(queue, "receipts", messages(2, "r"), maxWaitMs);
      const before = await lettersOf(queue);
      const shown = new Map<string, number>();
      const rewritten = await queue.rewriteDeadLetters((letter) => {
        shown.set(letter.id, (shown.get(letter.id) ?? 0) + 1);
        return /[13579]$/.test(letter.id) ? `{"was":${letter.body}}` : undefined;
      });
      equal(rewritten, 226);
      equal([...shown.values()].filter((times) => times === 1).length, 452);
      const expected = new Map([...before].map(([id, text]) => [id, /[13579]$/.test(id) ? rewrittenText(text) : text]));
      equal(JSON.stringify([...(await lettersOf(queue))].sort()), JSON.stringify([...expected].sort()));
      equal(await queue.replay({ ids: ["r1", "r0"] }), 2);
      const { deliveries } = await record(queue, "receipts");
      await received(deliveries, 2, maxWaitMs);
      equal(
        deliveries
          .map(({ body }) => body)
          .sort()
          .join(),
        ['{"index":0}', '{"was":{"index":1}}'].join(),
      );
      equal(await queue.rewriteDeadLetters(() => undefined), 0);
    },
  ),
];

async function lettersOf(queue: MessageQueue): Promise<ReadonlyMap<string, string>> {
  const { items, nextCursor } = await queue.deadLetters({}, { limit: 1_000 });
  equal(nextCursor, null);
  const letters = new Map(items.map(({ id, ...letter }) => [id, JSON.stringify(letter, Object.keys(letter).sort())]));
  equal(letters.size, items.length, "each is there once");
  return letters;
}

function rewrittenText(letter: string): string {
  const { body, ...rest } = JSON.parse(letter) as { readonly body: string };
  return JSON.stringify({ ...rest, body: `{"was":${body}}` }, ["attempts", "body", "deadAt", "reason", "topic"]);
}

async function becomesPast(queue: MessageQueue, topic: Topic, mark: string, maxWaitMs: number): Promise<void> {
  await until(`${topic} to be past its mark`, maxWaitMs, async () => ((await queue.isPast(topic, mark)) ? true : undefined));
}

async function staysBefore(queue: MessageQueue, topic: Topic, mark: string): Promise<void> {
  const began = Date.now();
  do {
    equal(await queue.isPast(topic, mark), false, `${topic} is not past its mark yet`);
    await pause(A_WHILE_MS / 10);
  } while (Date.now() - began < A_WHILE_MS);
}
