import { randomUUID } from "node:crypto";
import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import { type ConsumerEvents, hasCode, type MessageHandler, type Subscription } from "@crm-engine/core/ports";
import { type Reachability, reachability } from "../brokers/reachability.js";
import { type Comebacks, judgeRefusal, lostConsumersReason, type RefusalPolicy } from "../brokers/refusal.js";
import { Room } from "../brokers/room.js";
import { reconnectPauseMs, wait } from "../brokers/wait.js";
import { gathered } from "./gathered.js";
import { promoteDelayed } from "./promote-delayed.js";
import type { RedisLink } from "./redis-link.js";
import { fieldsOf, type RawEntry, type RedisTopic } from "./redis-topic.js";

/** How long a read waits for messages. */
export const BLOCK_MS = 1_000;
const UNBLOCK_EVERY_MS = 20;
/** A message that so many consumers died with is a dead letter, whatever its attempts. */
const DEATH_LIMIT = 50;
const FINISHED_AT_ONCE = 1_000;
const NEW_ENTRIES = ">";
const FIRST_ENTRY = "0-0";

export interface ConsumerOptions {
  readonly handler: MessageHandler;
  readonly prefetch: number;
  readonly leaseMs: number;
  readonly policy: RefusalPolicy;
  readonly events: ConsumerEvents | undefined;
}

interface Given extends Comebacks {
  readonly entry: string;
  readonly id: string;
  readonly body: string;
}

/** Reads a topic as one consumer of its group. Once begun, it comes back by itself from whatever happens to the server. */
export class RedisConsumer implements Subscription {
  readonly #topic: RedisTopic;
  readonly #reads: RedisLink;
  readonly #options: ConsumerOptions;
  readonly #broker: Reachability;
  readonly #name = randomUUID();
  readonly #running = new Map<string, Promise<void>>();
  readonly #room: Room;
  readonly #stop = new AbortController();
  readonly #finish: (entry: string) => Promise<void>;
  #delayed: ReturnType<typeof promoteDelayed> | undefined;
  #loops: Promise<unknown> = Promise.resolve();
  #renewing: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;
  #slotFreed = () => {};
  #from = NEW_ENTRIES;
  #takeOverFrom = FIRST_ENTRY;
  #takeOverAt = 0;

  /** `reads` is this consumer's own, since its reads block it, and is closed with it. */
  constructor(topic: RedisTopic, reads: RedisLink, options: ConsumerOptions) {
    this.#topic = topic;
    this.#reads = reads;
    this.#options = options;
    this.#room = new Room(options.prefetch);
    this.#broker = reachability(options.events);
    this.#finish = gathered(FINISHED_AT_ONCE, (entries) => topic.finish(entries));
  }

  /** Rejects, having begun nothing, where Redis does not answer. */
  async begin(): Promise<void> {
    await this.#topic.joinGroup();
    const renew = () => this.#topic.renew(this.#name, [...this.#running.keys()]).catch(() => undefined);
    this.#renewing = setInterval(renew, this.#options.leaseMs / 3);
    this.#delayed = promoteDelayed(this.#topic, this.#stop.signal);
    this.#loops = Promise.all([this.#readAll(), this.#delayed.done]);
  }

  close(): Promise<void> {
    this.#closing ??= this.#shut();
    return this.#closing;
  }

  async #shut(): Promise<void> {
    this.#stop.abort();
    this.#slotFreed();
    await this.#loopsEnd();
    await Promise.all(this.#running.values());
    clearInterval(this.#renewing);
    await this.#leave(this.#name).catch(() => undefined);
    this.#reads.close();
  }

  /** A read may begin just after it was to be unblocked, so that is tried until the loops have ended. */
  async #loopsEnd(): Promise<void> {
    const ended = this.#loops.then(() => true);
    do await this.#topic.unblock(this.#reads).catch(() => undefined);
    while (!(await Promise.race([ended, pause(UNBLOCK_EVERY_MS, false)])));
  }

  #leave(consumer: string): Promise<void> {
    return this.#topic.leave(consumer, this.#options.leaseMs * 2);
  }

  async #readAll(): Promise<void> {
    let failures = 0;
    while (!this.#stop.signal.aborted) {
      try {
        await this.#readSome();
        this.#broker.answered();
        failures = 0;
      } catch (error) {
        // What the server gave in an answer that never arrived is still this consumer's: it is asked for again.
        this.#from = FIRST_ENTRY;
        failures += 1;
        this.#broker.failed(error);
        const joined = isNoGroup(error) && (await this.#joins());
        if (!joined) await wait(reconnectPauseMs(failures), this.#stop.signal);
      }
    }
  }

  #joins(): Promise<boolean> {
    return this.#topic.joinGroup().then(
      () => true,
      () => false,
    );
  }

  async #readSome(): Promise<void> {
    if (this.#room.free() === 0) {
      await new Promise<void>((resolve) => {
        this.#slotFreed = resolve;
      });
      // What settles together leaves room together.
      return await nextTurn();
    }
    if (Date.now() >= this.#takeOverAt) return await this.#takeOver();
    const entries = await this.#topic.read(this.#reads, this.#name, this.#from, this.#room.free(), BLOCK_MS);
    await Promise.all(entries.map((entry) => this.#accept(entry, 1)));
    if (this.#from !== NEW_ENTRIES) this.#from = entries.at(-1)?.[0] ?? NEW_ENTRIES;
  }

  async #takeOver(): Promise<void> {
    const { leaseMs } = this.#options;
    const { cursor, entries } = await this.#topic.takeOver(this.#name, leaseMs, this.#takeOverFrom, this.#room.free());
    await Promise.all(entries.map(({ raw, deliveries }) => this.#accept(raw, deliveries)));
    this.#takeOverFrom = cursor;
    if (cursor !== FIRST_ENTRY) return;
    this.#takeOverAt = Date.now() + leaseMs / 4;
    await this.#leave("");
  }

  async #accept([entry, raw]: RawEntry, deliveries: number): Promise<void> {
    if (this.#running.has(entry)) return;
    if (raw === null) return await this.#finish(entry);
    const fields = fieldsOf(raw);
    const comebacks = { refused: Number(fields.refused ?? 0), returned: Number(fields.returned ?? 0) };
    if (this.#stop.signal.aborted) await this.#topic.putOff(entry, comebacks, 0);
    else if (deliveries > DEATH_LIMIT)
      await this.#bury({ entry, id: fields.id ?? entry }, comebacks.refused, lostConsumersReason(deliveries - 1));
    else this.#start({ entry, id: fields.id ?? entry, body: fields.body ?? "", ...comebacks });
  }

  /** An outcome that can't be told to Redis leaves the message pending: its lease ends, and it is delivered again. */
  #start(given: Given): void {
    this.#room.take(given.body);
    const done = this.#deliver(given)
      .catch((error: unknown) => this.#broker.failed(error))
      .finally(() => {
        this.#running.delete(given.entry);
        this.#room.give(given.body);
        this.#slotFreed();
      });
    this.#running.set(given.entry, done);
  }

  async #deliver(given: Given): Promise<void> {
    try {
      await this.#options.handler({ id: given.id, body: given.body, attempts: given.refused + 1 });
    } catch (error) {
      const verdict = judgeRefusal(error, given, this.#options.policy);
      if (verdict.dead) return await this.#bury(given, verdict.attempts, verdict.reason);
      await this.#topic.putOff(given.entry, verdict.comebacks, verdict.pauseMs);
      return this.#delayed?.expect(verdict.pauseMs);
    }
    await this.#finish(given.entry);
  }

  async #bury({ entry, id }: Pick<Given, "entry" | "id">, attempts: number, reason: string): Promise<void> {
    await this.#topic.bury(entry, attempts, reason);
    this.#options.events?.buried({ id, attempts, reason });
  }
}

function isNoGroup(error: unknown): boolean {
  return hasCode(error, "unavailable") && error.cause instanceof Error && error.cause.message.includes("NOGROUP");
}
