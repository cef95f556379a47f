import { randomUUID } from "node:crypto";
import type { Topic } from "@crm-engine/core/ports";
import type { Channel, Options } from "amqplib";

export interface QueueSpec {
  readonly name: string;
  readonly options: Options.AssertQueue;
}

/** A topic's queues. Their names and arguments are for ever: RabbitMQ refuses to declare a queue again with others. */
export interface TopicQueues {
  readonly work: QueueSpec;
  readonly dead: QueueSpec;
  /** The exchange to whose questions every consumer of `work` answers. */
  readonly probes: string;
  /** The name of a queue of somebody's own, for questions or for answers: it goes with its connection. */
  own(): string;
  /** Holds messages for so long, then gives them back to `work`. The name says how long, so that a new pause is a new queue. */
  retry(pauseMs: number): QueueSpec;
}

/** Consumers that died with a message in hand are counted by the server, and are no attempts: the limit is well above those. */
const DEATH_LIMIT = 50;
const UNLIMITED = -1;

export function topicQueues(namespace: string, topic: Topic): TopicQueues {
  const name = `${namespace}.${topic}`;
  const dead = `${name}.dead`;
  return {
    work: quorum(name, { "x-delivery-limit": DEATH_LIMIT, ...deadLettersTo(dead) }),
    probes: `${name}.probes`,
    own: () => `${name}.own.${randomUUID()}`,
    dead: quorum(dead, { "x-delivery-limit": UNLIMITED }),
    retry: (pauseMs) =>
      quorum(`${name}.retry.${pauseMs}`, { "x-delivery-limit": UNLIMITED, "x-message-ttl": pauseMs, ...deadLettersTo(name) }),
  };
}

/** Idempotent. */
export async function declare(channel: Channel, { name, options }: QueueSpec): Promise<number> {
  return (await channel.assertQueue(name, options)).messageCount;
}

function quorum(name: string, limits: Record<string, unknown>): QueueSpec {
  return { name, options: { durable: true, arguments: { "x-queue-type": "quorum", ...limits } } };
}

/** At least once: the server keeps a message until its copy is confirmed, which needs the overflow setting. */
function deadLettersTo(queue: string): Record<string, unknown> {
  return {
    "x-dead-letter-exchange": "",
    "x-dead-letter-routing-key": queue,
    "x-dead-letter-strategy": "at-least-once",
    "x-overflow": "reject-publish",
  };
}
