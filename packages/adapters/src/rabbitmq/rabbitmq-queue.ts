import type { MessageQueue, QueueDepth, ServiceInfo, Subscription, Topic } from "@crm-engine/core/ports";
import { createGate } from "../brokers/gate.js";
import { pausesOf, type RefusalPolicy, refusalPolicy } from "../brokers/refusal.js";
import { AmqpConsumer } from "./amqp-consumer.js";
import { discardDeadLetters, listDeadLetters, replayDeadLetters, rewriteDeadLetters } from "./amqp-dead-letters.js";
import { createAmqpLink, onChannel, SILENCE_MS, within } from "./amqp-link.js";
import { outgoing } from "./amqp-message.js";
import { createAmqpPublisher } from "./amqp-publisher.js";
import { createDeadQueueReader } from "./dead-queue-reader.js";
import { type SeenConsumers, topicPast } from "./topic-past.js";
import { declare, topicQueues } from "./topology.js";

export interface RabbitmqQueueOptions extends Partial<RefusalPolicy> {
  /** `amqp:` or `amqps:`. */
  readonly url: string;
  /** The queues are `NAMESPACE.TOPIC`, with `.dead` and `.retry.MS` behind them. */
  readonly namespace?: string;
}

const OLDEST_MAJOR = 4;
/** Each pause has a queue of its own, so what a handler asks for is rounded to one of these, or of the policy's. */
const ASKED_PAUSES_MS = [2_000, 30_000];

/** A queue on RabbitMQ's quorum queues (4.0 or later). Connects with its first use: one connection publishes, another consumes. */
export function rabbitmqQueue(options: RabbitmqQueueOptions): MessageQueue {
  const { url, namespace = "crm" } = options;
  const policy = refusalPolicy(options);
  const queuesOf = (topic: Topic) => topicQueues(namespace, topic);
  const pauses = [...new Set([...pausesOf(policy), ...ASKED_PAUSES_MS])].sort((a, b) => a - b);
  const gate = createGate();
  const publishing = createAmqpLink(url);
  const consuming = createAmqpLink(url);
  const publisher = createAmqpPublisher(publishing);
  const reader = createDeadQueueReader(consuming, queuesOf);
  const consumers = new Map<AmqpConsumer, Topic>();
  const seen = new Map<string, SeenConsumers>();
  let closing: Promise<void> | undefined;

  const depth = async (topic: Topic): Promise<QueueDepth> => {
    const { work, dead, retry } = queuesOf(topic);
    return await onChannel(await consuming.connection(), async (channel) => {
      const count = (queue: typeof work) => within(SILENCE_MS, declare(channel, queue));
      const [deadLetters, ready] = [await count(dead), await count(work)];
      let messages = ready;
      for (const pauseMs of pauses) messages += await count(retry(pauseMs));
      for (const [consumer, consumed] of consumers) if (consumed === topic) messages += consumer.inHand;
      return { topic, messages, deadLetters: reader.inHand(topic) ?? deadLetters };
    });
  };
  const subscribe = async (topic: Topic, consumer: AmqpConsumer): Promise<Subscription> => {
    await consumer.begin();
    consumers.set(consumer, topic);
    return {
      async close() {
        await consumer.close();
        consumers.delete(consumer);
      },
    };
  };
  const shut = async () => {
    gate.shut();
    await gate.idle();
    await Promise.all([...consumers.keys()].map((consumer) => consumer.close()));
    await Promise.all([publishing.close(), consuming.close()]);
  };

  return {
    publish: (topic, messages) =>
      gate.run(async () => {
        const { dead, work } = queuesOf(topic);
        await publisher.send([dead, work], messages.map(outgoing));
      }),
    subscribe: (topic, handler, { prefetch, events }) =>
      gate.run(() =>
        subscribe(topic, new AmqpConsumer(consuming, publisher, queuesOf(topic), { handler, prefetch, events, policy, pauses })),
      ),
    depth: (topic) => gate.run(() => depth(topic)),
    deadLetters: (filter, page) => gate.run(() => listDeadLetters(reader, filter, page)),
    replay: (which) => gate.run(() => replayDeadLetters(reader, publisher, queuesOf, which)),
    discard: (which) => gate.run(() => discardDeadLetters(reader, which)),
    rewriteDeadLetters: (rewrite) => gate.run(() => rewriteDeadLetters(reader, publisher, queuesOf, rewrite)),
    mark: () => gate.run(async () => String(Date.now())),
    isPast: (topic, mark) =>
      gate.run(async () => topicPast(await consuming.connection(), queuesOf(topic), { at: Number(mark), pauses, seen })),
    info: () =>
      gate.run(async () => {
        const connection = await consuming.connection();
        await onChannel(connection, async () => undefined);
        const { product, version } = connection.connection.serverProperties;
        return infoOf(product, version, await publisher.refusal());
      }),
    close() {
      closing ??= shut();
      return closing;
    },
  };
}

/** Quorum queues are on disk, and on a majority of the nodes, before they confirm. */
function infoOf(name: string, version: string, refusesWrites: string | undefined): ServiceInfo {
  const old = Number.parseInt(version, 10) < OLDEST_MAJOR;
  return {
    name,
    version,
    durable: true,
    warnings: old ? [`RabbitMQ ${OLDEST_MAJOR}.0 or later is needed; this is ${version}.`] : [],
    ...(refusesWrites === undefined ? {} : { refusesWrites }),
  };
}
