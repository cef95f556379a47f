import {
  askedPauseMs,
  type ConsumerEvents,
  hasCode,
  type MessageHandler,
  type Subscription,
  type Topic,
} from "@crm-engine/core/ports";
import { Room } from "../brokers/room.js";
import type { Delivered, DeliveryRef, QueueCalls, Turn } from "./queue-messages.js";
import type { Session } from "./threads/session.js";

const RETRY_MS = 100;
const MAX_RETRY_MS = 5_000;
const RETURN_PAUSE_MS = 250;

export interface SubscriptionOptions extends Pick<Turn, "leaseMs" | "maxAttempts" | "retryDelayMs"> {
  readonly topic: Topic;
  readonly handler: MessageHandler;
  readonly prefetch: number;
  readonly events: ConsumerEvents | undefined;
}

export interface SubscriptionParts {
  readonly session: Pick<Session, "listen">;
  readonly calls: Pick<QueueCalls, "takeTurn">;
}

type Settled = { done: DeliveryRef[]; refused: Turn["refused"][number][]; returned: Turn["returned"][number][] };

/**
 * Claims as many messages as there is room for, and settles what handlers are done with in the same transaction. Leases are
 * renewed after a third of their time; what is unsettled when the process dies is delivered again when its lease ends.
 */
export class SqliteSubscription implements Subscription {
  readonly topic: Topic;
  readonly #calls: Pick<QueueCalls, "takeTurn">;
  readonly #options: SubscriptionOptions;
  readonly #inHand = new Set<DeliveryRef>();
  readonly #handlers = new Set<Promise<void>>();
  readonly #room: Room;
  readonly #stopListening: () => void;
  readonly #renewal: NodeJS.Timeout;
  #settled: Settled = { done: [], refused: [], returned: [] };
  #renew = false;
  #turning: Promise<void> | undefined;
  #again = false;
  #scheduled = false;
  #retry: NodeJS.Timeout | undefined;
  #failures = 0;
  #closing: Promise<void> | undefined;

  constructor({ session, calls }: SubscriptionParts, options: SubscriptionOptions) {
    this.topic = options.topic;
    this.#calls = calls;
    this.#options = options;
    this.#room = new Room(options.prefetch);
    this.#stopListening = session.listen(options.topic, () => this.wake());
    this.#renewal = setInterval(() => {
      this.#renew = true;
      this.wake();
    }, options.leaseMs / 3);
    this.wake();
  }

  /** There may be something to claim or to settle. */
  wake(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#turning) this.#again = true;
      else this.#turning = this.#turns().finally(() => (this.#turning = undefined));
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    this.#stopListening();
    while (this.#handlers.size > 0 || this.#turning) {
      await this.#turning;
      await Promise.all(this.#handlers);
    }
    clearInterval(this.#renewal);
    clearTimeout(this.#retry);
    await this.#turns();
  }

  async #turns(): Promise<void> {
    do {
      this.#again = false;
      if (await this.#turn()) {
        if (this.#failures > 0) this.#options.events?.recovered();
        this.#failures = 0;
        continue;
      }
      this.#failures += 1;
      clearTimeout(this.#retry);
      if (!this.#closing) this.#retry = setTimeout(() => this.wake(), Math.min(MAX_RETRY_MS, RETRY_MS * 2 ** this.#failures));
      return;
    } while (this.#again);
  }

  /** False if the file did not answer: what is to be settled is kept for the next turn. */
  async #turn(): Promise<boolean> {
    const { topic, leaseMs, maxAttempts, retryDelayMs } = this.#options;
    const settled = this.#settled;
    this.#settled = { done: [], refused: [], returned: [] };
    const renewed = this.#renew ? [...this.#inHand] : [];
    this.#renew = false;
    const want = this.#closing ? 0 : this.#room.free();
    const idle =
      want === 0 && renewed.length === 0 && settled.done.length + settled.refused.length + settled.returned.length === 0;
    if (idle) return true;
    try {
      const { messages, buried } = await this.#calls.takeTurn(topic, {
        ...settled,
        renewed,
        want,
        leaseMs,
        maxAttempts,
        retryDelayMs,
      });
      for (const letter of buried) this.#options.events?.buried(letter);
      for (const message of messages) this.#deliver(message);
      if (messages.length === want && want > 0) this.#again = true;
      return true;
    } catch (error) {
      this.#options.events?.failed(error);
      for (const kind of ["done", "refused", "returned"] as const) (this.#settled[kind] as unknown[]).unshift(...settled[kind]);
      this.#renew ||= renewed.length > 0;
      return false;
    }
  }

  #deliver(message: Delivered): void {
    const { seq, delivery, id, body, attempts } = message;
    const ref = { seq, delivery };
    if (this.#closing) {
      this.#settled.returned.push({ ...ref, delayMs: 0 });
      this.#again = true;
      return;
    }
    this.#inHand.add(ref);
    this.#room.take(body);
    const handling = this.#handle({ id, body, attempts }, ref).finally(() => {
      this.#inHand.delete(ref);
      this.#handlers.delete(handling);
      this.#room.give(body);
      this.wake();
    });
    this.#handlers.add(handling);
  }

  async #handle(message: Parameters<MessageHandler>[0], ref: DeliveryRef): Promise<void> {
    try {
      await this.#options.handler(message);
      this.#settled.done.push(ref);
    } catch (error) {
      if (hasCode(error, "unavailable") || hasCode(error, "closed"))
        this.#settled.returned.push({ ...ref, delayMs: askedPauseMs(error) ?? RETURN_PAUSE_MS });
      else this.#settled.refused.push({ ...ref, reason: error instanceof Error ? error.message : String(error) });
    }
  }
}
