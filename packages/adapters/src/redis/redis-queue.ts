import type { MessageQueue, Subscription, Topic } from "@crm-engine/core/ports";
import { createGate } from "../brokers/gate.js";
import { type RefusalPolicy, refusalPolicy } from "../brokers/refusal.js";
import { BLOCK_MS, RedisConsumer } from "./redis-consumer.js";
import { discardDeadLetters, listDeadLetters, replayDeadLetters, rewriteDeadLetters } from "./redis-dead-letters.js";
import { redisInfo } from "./redis-info.js";
import { createRedisLink, type RedisSource } from "./redis-link.js";
import { redisTopic } from "./redis-topic.js";

/** With `client`, an ioredis client's options are copied; the client itself is neither used nor closed. */
export type RedisQueueOptions = RedisSource &
  Partial<RefusalPolicy> & {
    /** The streams are `NAMESPACE.TOPIC`. */
    readonly namespace?: string;
    /** A consumer that is silent for so long is taken for dead, and its messages go to others. */
    readonly leaseMs?: number;
  };

/** A queue on Redis Streams (7.0 or later, or Valkey). Connects with its first use. */
export function redisQueue(options: RedisQueueOptions): MessageQueue {
  const { namespace = "crm", leaseMs = 10_000 } = options;
  const policy = refusalPolicy(options);
  const gate = createGate();
  const commands = createRedisLink(options);
  const open = (topic: Topic) => redisTopic(commands, namespace, topic);
  const subscriptions = new Set<Subscription>();
  let closing: Promise<void> | undefined;

  const shut = async () => {
    gate.shut();
    await gate.idle();
    await Promise.all([...subscriptions].map((subscription) => subscription.close()));
    commands.close();
  };

  return {
    publish: (topic, messages) => gate.run(() => open(topic).publish(messages)),
    subscribe: (topic, handler, { prefetch, events }) =>
      gate.run(async () => {
        const reads = createRedisLink(options, BLOCK_MS);
        const consumer = new RedisConsumer(open(topic), reads, { handler, prefetch, events, leaseMs, policy });
        await consumer.begin();
        const subscription: Subscription = {
          async close() {
            await consumer.close();
            subscriptions.delete(subscription);
          },
        };
        subscriptions.add(subscription);
        return subscription;
      }),
    depth: (topic) => gate.run(() => open(topic).depth()),
    deadLetters: (filter, page) => gate.run(() => listDeadLetters(open, filter, page)),
    replay: (which) => gate.run(() => replayDeadLetters(open, which)),
    discard: (which) => gate.run(() => discardDeadLetters(open, which)),
    rewriteDeadLetters: (rewrite) => gate.run(() => rewriteDeadLetters(open, rewrite)),
    mark: (topic) => gate.run(() => open(topic).mark()),
    isPast: (topic, mark) => gate.run(() => open(topic).isPast(mark)),
    info: () => gate.run(() => commands.use((client) => redisInfo(client, namespace))),
    close() {
      closing ??= shut();
      return closing;
    },
  };
}
