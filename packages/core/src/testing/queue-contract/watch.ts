import { CrmError } from "../../errors.js";
import type { DeliveredMessage, MessageQueue, QueueMessage, StoredDeadLetter, Topic } from "../../ports/queue.js";
import { until } from "../expect.js";

/** Messages with ids m0, m1 … */
export function messages(count: number, prefix = "m"): readonly QueueMessage[] {
  return Array.from({ length: count }, (_, index) => ({ id: `${prefix}${index}`, body: JSON.stringify({ index }) }));
}

/** Consumes a topic and writes down each delivery before `handle` decides on it. */
export async function record(
  queue: MessageQueue,
  topic: Topic,
  options: { readonly prefetch?: number; readonly handle?: (message: DeliveredMessage) => Promise<void> } = {},
) {
  const deliveries: DeliveredMessage[] = [];
  const { prefetch = 10, handle = async () => undefined } = options;
  const subscription = await queue.subscribe(
    topic,
    async (message) => {
      deliveries.push(message);
      await handle(message);
    },
    { prefetch },
  );
  return { deliveries, subscription };
}

/** Waits until nothing of the topic waits or is in a handler. */
export async function drained(queue: MessageQueue, topic: Topic, maxWaitMs: number): Promise<void> {
  await until(`an empty topic ${topic}`, maxWaitMs, async () => ((await queue.depth(topic)).messages === 0 ? true : undefined));
}

/** Waits for as many messages as that in the topic; brokers tell it with some delay. */
export async function depthIs(queue: MessageQueue, topic: Topic, expected: number, maxWaitMs: number): Promise<void> {
  await until(`${expected} messages in ${topic}`, maxWaitMs, async () =>
    (await queue.depth(topic)).messages === expected ? true : undefined,
  );
}

/** Waits for a number of deliveries. */
export async function received(deliveries: readonly DeliveredMessage[], count: number, maxWaitMs: number): Promise<void> {
  await until(`${count} deliveries`, maxWaitMs, () => (deliveries.length >= count ? true : undefined));
}

/** Makes dead letters of messages by refusing them; `before` are there already. */
export async function bury(
  queue: MessageQueue,
  topic: Topic,
  dead: readonly QueueMessage[],
  maxWaitMs: number,
  before = 0,
): Promise<void> {
  const { subscription } = await record(queue, topic, {
    handle: async ({ id }) => {
      throw new Error(`refused ${id}`);
    },
  });
  await queue.publish(topic, dead);
  const all = before + dead.length;
  await until(`${all} dead letters`, maxWaitMs, async () => ((await queue.depth(topic)).deadLetters === all ? true : undefined));
  await drained(queue, topic, maxWaitMs);
  await subscription.close();
}

export function idsOf(items: readonly (DeliveredMessage | StoredDeadLetter)[]): readonly string[] {
  return items.map(({ id }) => id).sort(byNumber);
}

export function byNumber(a: string, b: string): number {
  return Number(a.replace(/\D/g, "")) - Number(b.replace(/\D/g, ""));
}

/** Refuses the first attempt, and leaves the message to others after that. */
export async function refuseOnce({ attempts }: DeliveredMessage): Promise<void> {
  throw attempts === 1 ? new Error("not yet") : new CrmError("closed", "left to others");
}
