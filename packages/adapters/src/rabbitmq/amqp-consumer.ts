import { randomUUID } from "node:crypto";
import { setMaxListeners } from "node:events";
import type { ConsumerEvents, MessageHandler, Subscription } from "@crm-engine/core/ports";
import type { Channel, ChannelModel, ConsumeMessage } from "amqplib";
import { type Reachability, reachability } from "../brokers/reachability.js";
import { judgeRefusal, type RefusalPolicy } from "../brokers/refusal.js";
import { reconnectPauseMs, wait } from "../brokers/wait.js";
import { type Acknowledgements, acknowledgements } from "./acknowledgements.js";
import { type AmqpLink, SILENCE_MS, within } from "./amqp-link.js";
import { buried, comebacksOf, comingBack, markerReplyTo, messageOf } from "./amqp-message.js";
import type { AmqpPublisher } from "./amqp-publisher.js";
import { answerProbes, Holdings } from "./holdings.js";
import { declare, type TopicQueues } from "./topology.js";

/** How long a message rests here before it goes back, when not even its copy could be queued. */
const UNSETTLED_PAUSE_MS = 1_000;

export interface ConsumerOptions {
  readonly handler: MessageHandler;
  readonly prefetch: number;
  readonly policy: RefusalPolicy;
  /** Those that there are queues for, the shortest first. */
  readonly pauses: readonly number[];
  readonly events: ConsumerEvents | undefined;
}

interface Delivery {
  readonly acks: Acknowledgements;
  readonly message: ConsumeMessage;
}

/** A consumer on its channel; `ended` settles with the channel, whose connection is then given up. */
interface Live {
  readonly channel: Channel;
  readonly acks: Acknowledgements;
  readonly consumerTag: string;
  readonly ended: Promise<void>;
}

/** Consumes a topic. Once begun, it comes back by itself from whatever happens to the broker, its connection or its channel. */
export class AmqpConsumer implements Subscription {
  readonly #link: AmqpLink;
  readonly #publisher: AmqpPublisher;
  readonly #queues: TopicQueues;
  readonly #options: ConsumerOptions;
  readonly #broker: Reachability;
  readonly #running = new Set<Promise<void>>();
  readonly #holdings = new Holdings();
  readonly #stop = new AbortController();
  /** Delivered, but beyond the prefetch: after a reconnection, handlers of the lost channel may still be under way. */
  #waiting: Delivery[] = [];
  #live: Live | undefined;
  #kept: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(link: AmqpLink, publisher: AmqpPublisher, queues: TopicQueues, options: ConsumerOptions) {
    this.#link = link;
    this.#publisher = publisher;
    this.#queues = queues;
    this.#options = options;
    this.#broker = reachability(options.events);
    setMaxListeners(0, this.#stop.signal);
  }

  /** Messages that the broker has given to this consumer. */
  get inHand(): number {
    return this.#running.size + this.#waiting.length;
  }

  /** Rejects, having begun nothing, where the broker does not answer. */
  async begin(): Promise<void> {
    this.#kept = this.#keep(await this.#open());
  }

  close(): Promise<void> {
    this.#closing ??= this.#shut();
    return this.#closing;
  }

  async #shut(): Promise<void> {
    this.#stop.abort();
    await this.#kept;
    await this.#tryLive(({ channel, consumerTag }) => channel.cancel(consumerTag));
    for (const delivery of this.#waiting.splice(0)) this.#giveBack(delivery);
    await Promise.all(this.#running);
    this.#live?.acks.flush();
    await this.#tryLive(({ channel }) => channel.close());
  }

  async #tryLive(work: (live: Live) => Promise<unknown>): Promise<void> {
    const live = this.#live;
    if (live) await within(SILENCE_MS, (async () => await work(live))()).catch(() => undefined);
  }

  async #keep(first: Live): Promise<void> {
    const stopped = new Promise((resolve) => this.#stop.signal.addEventListener("abort", resolve, { once: true }));
    let live = first;
    let failures = 0;
    while (!this.#stop.signal.aborted) {
      await Promise.race([live.ended, stopped]);
      if (this.#stop.signal.aborted) return;
      try {
        live = await this.#open();
        this.#broker.answered();
        failures = 0;
      } catch (error) {
        failures += 1;
        this.#broker.failed(error);
        await wait(reconnectPauseMs(failures), this.#stop.signal);
      }
    }
  }

  async #open(): Promise<Live> {
    const connection = await this.#link.connection();
    try {
      return await within(SILENCE_MS, this.#consume(connection));
    } catch (error) {
      this.#link.drop(connection);
      throw error;
    }
  }

  async #consume(connection: ChannelModel): Promise<Live> {
    const { dead, work } = this.#queues;
    const channel = await connection.createChannel();
    const acks = acknowledgements(channel);
    channel.on("error", () => undefined);
    const ended = new Promise<void>((resolve) => {
      channel.on("close", () => {
        for (const { message } of this.#waiting.splice(0)) this.#holdings.settle(message);
        if (!this.#stop.signal.aborted) this.#link.drop(connection);
        resolve();
      });
    });
    await declare(channel, dead);
    await declare(channel, work);
    const consumer = randomUUID();
    await answerProbes(channel, this.#queues, () => {
      acks.flush();
      return { consumer, oldest: this.#holdings.oldest };
    });
    await channel.prefetch(this.#options.prefetch);
    const { consumerTag } = await channel.consume(work.name, (message) => {
      // Without a message the broker says that it has ended the consumer.
      if (message === null) return this.#link.drop(connection);
      const replyTo = markerReplyTo(message);
      if (replyTo === undefined) return this.#take({ acks, message });
      acks.done(message);
      channel.sendToQueue(replyTo, Buffer.from(String(message.properties.messageId)));
    });
    this.#live = { channel, acks, consumerTag, ended };
    return this.#live;
  }

  #take(delivery: Delivery): void {
    this.#holdings.take(delivery.message);
    if (this.#stop.signal.aborted) this.#giveBack(delivery);
    else if (this.#running.size >= this.#options.prefetch) this.#waiting.push(delivery);
    else this.#start(delivery);
  }

  #start(delivery: Delivery): void {
    const done: Promise<void> = this.#deliver(delivery).finally(() => {
      this.#running.delete(done);
      const next = this.#waiting.shift();
      if (next) this.#take(next);
    });
    this.#running.add(done);
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const { acks, message } = delivery;
    const comebacks = comebacksOf(message);
    try {
      await this.#options.handler({ ...messageOf(message), attempts: comebacks.refused + 1 });
    } catch (error) {
      return await this.#refuse(delivery, error);
    }
    acks.done(message);
    this.#holdings.settle(message);
    this.#broker.answered();
  }

  #giveBack({ acks, message }: Delivery): void {
    this.#holdings.sendBack(message);
    acks.giveBack(message);
  }

  /** The copy is confirmed before the original is acknowledged: a crash between the two doubles the message, and never loses it. */
  async #refuse(delivery: Delivery, refusal: unknown): Promise<void> {
    const { acks, message } = delivery;
    const { dead, work, retry } = this.#queues;
    const verdict = judgeRefusal(refusal, comebacksOf(message), this.#options.policy);
    try {
      if (verdict.dead) {
        await this.#publisher.send([dead], [buried(message, verdict.attempts, verdict.reason, Date.now())]);
        this.#options.events?.buried({ id: messageOf(message).id, attempts: verdict.attempts, reason: verdict.reason });
      } else {
        const { pauses } = this.#options;
        const pauseMs = pauses.findLast((known) => known <= verdict.pauseMs) ?? pauses[0] ?? 0;
        await this.#publisher.send([dead, work, retry(pauseMs)], [comingBack(message, verdict.comebacks)]);
        this.#holdings.sendBack(message, pauseMs);
      }
      acks.done(message);
      this.#holdings.settle(message);
      this.#broker.answered();
    } catch (error) {
      this.#broker.failed(error);
      await wait(UNSETTLED_PAUSE_MS, this.#stop.signal);
      this.#giveBack(delivery);
    }
  }
}
