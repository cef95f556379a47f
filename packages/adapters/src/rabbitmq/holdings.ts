import type { Channel, Message } from "amqplib";
import { sinceOf } from "./amqp-message.js";
import type { TopicQueues } from "./topology.js";

/** A message is back in its work queue so long after its pause at the latest. */
const MARGIN_MS = 5_000;

/** What consumers of a topic hold, of which the broker tells nobody: asked for by `topicPast`. */
export interface HoldingsAnswer {
  /** The consumer, on one of its channels. */
  readonly consumer: string;
  /** When the oldest message was first published that it has in hand, or has sent back a short time ago; null where there is none. */
  readonly oldest: number | null;
}

/** The messages that a consumer has in hand, and those that it sent back and that may not have arrived yet. */
export class Holdings {
  readonly #inHand = new Set<Message>();
  #sentBack: { readonly since: number; readonly backAt: number }[] = [];

  take(message: Message): void {
    this.#inHand.add(message);
  }

  settle(message: Message): void {
    this.#inHand.delete(message);
  }

  /** It comes back after a pause. */
  sendBack(message: Message, pauseMs = 0): void {
    this.#sentBack.push({ since: sinceOf(message), backAt: Date.now() + pauseMs + MARGIN_MS });
    this.#inHand.delete(message);
  }

  get oldest(): number | null {
    const now = Date.now();
    this.#sentBack = this.#sentBack.filter(({ backAt }) => backAt > now);
    let oldest = Number.POSITIVE_INFINITY;
    for (const message of this.#inHand) oldest = Math.min(oldest, sinceOf(message));
    for (const { since } of this.#sentBack) oldest = Math.min(oldest, since);
    return Number.isFinite(oldest) ? oldest : null;
  }
}

/** Answers each probe on the channel that consumes, so that what was acknowledged before is acknowledged. */
export async function answerProbes(channel: Channel, { probes, own }: TopicQueues, answer: () => HoldingsAnswer): Promise<void> {
  await channel.assertExchange(probes, "fanout", { durable: true });
  const { queue } = await channel.assertQueue(own(), { exclusive: true, durable: false });
  await channel.bindQueue(queue, probes, "");
  const reply = (message: Message | null) => {
    if (message) channel.sendToQueue(String(message.properties.replyTo), Buffer.from(JSON.stringify(answer())));
  };
  await channel.consume(queue, reply, { noAck: true });
}
