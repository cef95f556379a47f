import { hasCode } from "../errors.js";
import type { Instant } from "../model/instant.js";
import {
  askedPauseMs,
  type ConsumerEvents,
  type MessageHandler,
  type QueueMessage,
  type StoredDeadLetter,
  type Topic,
} from "../ports/queue.js";

const MAX_PAUSE_MS = 30_000;

/** A message on its way. */
interface Parcel {
  readonly message: QueueMessage;
  /** Counts what was published in the topic, from 1. */
  readonly place: number;
  readonly publishedAt: Instant;
  /** Deliveries that a handler refused. */
  readonly attempts: number;
  /** Refusals, with those that are no attempt: each makes the next pause longer. */
  readonly pauses: number;
  readonly readyAt: Instant;
}

/** A consumer of a topic. */
export interface Consumer {
  readonly handler: MessageHandler;
  readonly prefetch: number;
  readonly inHand: Map<Parcel, Promise<void>>;
  readonly events: ConsumerEvents | undefined;
}

export interface TopicOptions {
  readonly maxAttempts: number;
  /** Before the first redelivery; doubled for each one after it. */
  readonly retryDelayMs: number;
  readonly bury: (letter: StoredDeadLetter) => void;
}

/** One topic: what waits, what pauses, who consumes. A parcel is in exactly one place at any time. */
export class MemoryTopic {
  readonly #topic: Topic;
  readonly #options: TopicOptions;
  readonly #waiting = new Set<Parcel>();
  readonly #paused = new Set<Parcel>();
  readonly #inHand = new Set<Parcel>();
  #consumers: readonly Consumer[] = [];
  #published = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(topic: Topic, options: TopicOptions) {
    this.#topic = topic;
    this.#options = options;
  }

  publish(messages: readonly QueueMessage[]): void {
    for (const { id, body } of messages) {
      this.#waiting.add({
        message: { id, body },
        place: ++this.#published,
        publishedAt: Date.now(),
        attempts: 0,
        pauses: 0,
        readyAt: 0,
      });
    }
    this.#deliver();
  }

  join(consumer: Consumer): void {
    this.#consumers = [...this.#consumers, consumer];
    this.#deliver();
  }

  /** The consumer takes no more; it still answers for what it has in hand. */
  leave(consumer: Consumer): void {
    this.#consumers = this.#consumers.filter((other) => other !== consumer);
    this.#deliver();
  }

  /** The consumer is gone: what it had in hand is for others, and its answers count for nothing. */
  lose(consumer: Consumer): void {
    for (const parcel of consumer.inHand.keys()) {
      this.#waiting.add(parcel);
      this.#inHand.delete(parcel);
    }
    consumer.inHand.clear();
    this.leave(consumer);
  }

  /** How many were published. */
  get published(): number {
    return this.#published;
  }

  /** Whether the first so many that were published are settled. */
  isPast(place: number): boolean {
    return [this.#waiting, this.#paused, this.#inHand].every((parcels) => [...parcels].every((parcel) => parcel.place > place));
  }

  depth(): { readonly messages: number; readonly oldestAgeMs?: number } {
    const published = [...this.#waiting, ...this.#paused].map((parcel) => parcel.publishedAt);
    const messages = published.length + this.#inHand.size;
    return published.length === 0
      ? { messages }
      : { messages, oldestAgeMs: Date.now() - published.reduce((a, b) => Math.min(a, b)) };
  }

  #deliver(): void {
    this.#wake();
    for (const parcel of this.#waiting) {
      const consumer = this.#consumers.find(({ inHand, prefetch }) => inHand.size < prefetch);
      if (!consumer) break;
      // The one served goes last, so that consumers take turns.
      this.#consumers = [...this.#consumers.filter((other) => other !== consumer), consumer];
      this.#waiting.delete(parcel);
      this.#inHand.add(parcel);
      consumer.inHand.set(parcel, this.#hand(consumer, parcel));
    }
  }

  async #hand(consumer: Consumer, parcel: Parcel): Promise<void> {
    const failure = await Promise.resolve()
      .then(() => consumer.handler({ ...parcel.message, attempts: parcel.attempts + 1 }))
      .then(
        () => undefined,
        (error: unknown) => ({ error }),
      );
    if (!consumer.inHand.delete(parcel)) return;
    this.#inHand.delete(parcel);
    if (failure) this.#refused(parcel, failure.error, consumer.events);
    this.#deliver();
  }

  #refused(parcel: Parcel, error: unknown, events: ConsumerEvents | undefined): void {
    const attempts = parcel.attempts + (hasCode(error, "unavailable") || hasCode(error, "closed") ? 0 : 1);
    if (attempts >= this.#options.maxAttempts) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.bury({ ...parcel.message, topic: this.#topic, reason, attempts, deadAt: Date.now() });
      events?.buried({ id: parcel.message.id, attempts, reason });
      return;
    }
    const pauseMs = askedPauseMs(error) ?? Math.min(MAX_PAUSE_MS, this.#options.retryDelayMs * 2 ** parcel.pauses);
    this.#paused.add({ ...parcel, attempts, pauses: parcel.pauses + 1, readyAt: Date.now() + pauseMs });
  }

  /** Ends the pauses that are over; a timer runs only while somebody consumes. */
  #wake(): void {
    clearTimeout(this.#timer);
    let nextAt = Number.POSITIVE_INFINITY;
    for (const parcel of this.#paused) {
      if (parcel.readyAt > Date.now()) {
        nextAt = Math.min(nextAt, parcel.readyAt);
        continue;
      }
      this.#paused.delete(parcel);
      this.#waiting.add(parcel);
    }
    if (nextAt < Number.POSITIVE_INFINITY && this.#consumers.length > 0) {
      this.#timer = setTimeout(() => this.#deliver(), Math.max(0, nextAt - Date.now()));
    }
  }
}
