import { createHash } from "node:crypto";
import { CrmError, type Topic } from "@crm-engine/core/ports";
import type { Channel, ChannelModel, Message } from "amqplib";
import { wait } from "../brokers/wait.js";
import { type AmqpLink, onChannel, SILENCE_MS, within } from "./amqp-link.js";
import { declare, type TopicQueues } from "./topology.js";

const LOCK_TRIES = 12;
const LOCK_PAUSE_MS = 150;
const RESOURCE_LOCKED = 405;
/** The most that can be asked for by number; beyond it, all at once. */
const MAX_PREFETCH = 65_535;
const UNBOUNDED = 0;
const RETURN_TRIES = 100;
const RETURN_PAUSE_MS = 10;
const NEVER = new AbortController().signal;

/** True takes the dead letter away, once it is settled. */
export type Visit = (message: Message) => Promise<boolean>;

/** Reads dead queues whole, one reader at a time, since what one has in hand another would not see. */
export interface DeadQueueReader {
  /**
   * Shows every dead letter of the topic once, in no particular order; returns how many were taken away. The rest are back when it
   * settles, but for second copies, which go.
   */
  visit(topic: Topic, visit: Visit): Promise<number>;
  /** How many a visit that is under way here has found: the server counts only what nobody has in hand. */
  inHand(topic: Topic): number | undefined;
}

export function createDeadQueueReader(link: AmqpLink, queuesOf: (topic: Topic) => TopicQueues): DeadQueueReader {
  const inHand = new Map<Topic, number>();
  let previous: Promise<unknown> = Promise.resolve();

  const visitNow = async (topic: Topic, visit: Visit) => {
    const { dead } = queuesOf(topic);
    const connection = await link.connection();
    const unlock = await lock(connection, `${dead.name}.reader`);
    try {
      return await onChannel(connection, async (channel) => {
        const total = await within(SILENCE_MS, declare(channel, dead));
        inHand.set(topic, total);
        return total === 0 ? 0 : await visitAll(channel, dead.name, total, visit);
      });
    } finally {
      inHand.delete(topic);
      await unlock();
    }
  };
  return {
    visit(topic, visit) {
      const visiting = previous.then(() => visitNow(topic, visit));
      previous = visiting.catch(() => undefined);
      return visiting;
    },
    inHand: (topic) => inHand.get(topic),
  };
}

/** An exclusive queue is a lock that ends with its connection. */
async function lock(connection: ChannelModel, name: string): Promise<() => Promise<void>> {
  for (let tries = 1; ; tries++) {
    try {
      await onChannel(connection, (channel) => channel.assertQueue(name, { exclusive: true, durable: false }));
      return () =>
        onChannel(connection, (channel) => channel.deleteQueue(name)).then(
          () => undefined,
          () => undefined,
        );
    } catch (error) {
      if (!isLocked(error) || tries === LOCK_TRIES) throw error;
      await wait(LOCK_PAUSE_MS * (0.5 + Math.random() / 2), NEVER);
    }
  }
}

function isLocked(error: unknown): boolean {
  return (
    error instanceof CrmError && error.cause instanceof Error && "code" in error.cause && error.cause.code === RESOURCE_LOCKED
  );
}

async function visitAll(channel: Channel, queue: string, total: number, visit: Visit): Promise<number> {
  let taken = 0;
  let copies = 0;
  const seen = new Set<string>();
  const visits: Promise<void>[] = [];
  const take = async (message: Message) => {
    const identity = identityOf(message);
    if (seen.has(identity)) {
      channel.ack(message);
      copies += 1;
      return;
    }
    seen.add(identity);
    if (!(await visit(message))) return;
    channel.ack(message);
    taken += 1;
  };
  await channel.prefetch(total > MAX_PREFETCH ? UNBOUNDED : total);
  const consumerTag = await receive(channel, queue, total, (message) => visits.push(take(message)));
  const outcomes = await Promise.allSettled(visits);
  await channel.cancel(consumerTag);
  channel.nackAll(true);
  await isBack(channel, queue, total - taken - copies);
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed) throw failed.reason;
  return taken;
}

/** A consumer that dies between burying a message and acknowledging it leaves it to be buried once more: the same, all through. */
function identityOf({ properties, content }: Message): string {
  return `${String(properties.messageId)} ${createHash("sha256").update(content).digest("base64")}`;
}

/** Settles with the consumer's tag when so many have come; a queue that gives fewer is held by somebody else. */
async function receive(channel: Channel, queue: string, total: number, onMessage: (message: Message) => void): Promise<string> {
  let received = 0;
  let heard = () => {};
  const { consumerTag } = await channel.consume(queue, (message) => {
    if (!message || received === total) return;
    received += 1;
    onMessage(message);
    heard();
  });
  while (received < total) {
    const more = new Promise<void>((resolve) => {
      heard = resolve;
    });
    await within(SILENCE_MS, more);
  }
  return consumerTag;
}

/** What was given back is counted again a moment later. */
async function isBack(channel: Channel, queue: string, messages: number): Promise<void> {
  for (let tries = 0; tries < RETURN_TRIES; tries++) {
    if ((await channel.checkQueue(queue)).messageCount >= messages) return;
    await wait(RETURN_PAUSE_MS, NEVER);
  }
}
