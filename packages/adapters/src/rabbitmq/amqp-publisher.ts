import { CrmError } from "@crm-engine/core/ports";
import type { ChannelModel, ConfirmChannel } from "amqplib";
import { type AmqpLink, SILENCE_MS, unavailable, within } from "./amqp-link.js";
import type { Outgoing } from "./amqp-message.js";
import { declare, type QueueSpec } from "./topology.js";

const WATCH_MS = 100;
/** What had reached a broker before it stopped reading is confirmed by then. */
const BLOCKED_MS = 300;
/** For a queue that does not exist: confirmed, and kept nowhere. */
const PROBE: Outgoing = { content: Buffer.alloc(0), options: { mandatory: false } };

/** A publish under way: settled by the last confirm, or by the session's end. */
interface Call {
  readonly begunAt: number;
  settle(error?: unknown): void;
}

/** Publishes on a connection of its own, which a broker that is short of memory may hold up without holding up consumers. */
export interface AmqpPublisher {
  /**
   * Settles when every message is confirmed, and so on a majority's disks. Rejects as `unavailable` when one is refused or
   * unroutable, when the connection ends, when the broker is silent for SILENCE_MS, and at once while an alarm (memory, disk)
   * makes it hold back whatever is published; nothing is sent twice.
   * The queues are declared before, in their order; the last is the target.
   */
  send(queues: readonly [...QueueSpec[], QueueSpec], messages: readonly Outgoing[]): Promise<void>;
  /** Why the broker takes no messages now; undefined where it does. Rejects like `send` where it does not answer. */
  refusal(): Promise<string | undefined>;
}

export function createAmqpPublisher(link: AmqpLink): AmqpPublisher {
  let session: Promise<Session> | undefined;
  const open = (): Promise<Session> => {
    const opening: Promise<Session> = openSession(link, () => {
      if (session === opening) session = undefined;
    });
    opening.catch(() => {
      if (session === opening) session = undefined;
    });
    return opening;
  };
  return {
    async send(queues, messages) {
      if (messages.length === 0) return;
      const begunAt = Date.now();
      session ??= open();
      const target = queues.at(-1)?.name ?? "";
      await (await session).send(queues, target, messages, begunAt);
    },
    async refusal() {
      const begunAt = Date.now();
      session ??= open();
      return await (await session).refusal(begunAt);
    },
  };
}

async function openSession(link: AmqpLink, onEnd: () => void): Promise<Session> {
  const connection = await link.connection();
  try {
    return new Session(link, connection, await within(SILENCE_MS, connection.createConfirmChannel()), onEnd);
  } catch (error) {
    link.drop(connection);
    throw error;
  }
}

/** One confirm channel, until it ends. */
class Session {
  readonly #link: AmqpLink;
  readonly #connection: ChannelModel;
  readonly #channel: ConfirmChannel;
  readonly #onEnd: () => void;
  readonly #calls = new Set<Call>();
  readonly #declared = new Map<string, Promise<unknown>>();
  readonly #returned = new Set<string>();
  #published = 0;
  #heardAt = Date.now();
  #watch: NodeJS.Timeout | undefined;
  #drained: Promise<void> | undefined;
  /** Why the broker reads nothing more from this connection, until it says that it does. */
  #blocked: string | undefined;
  #lastError: unknown;

  constructor(link: AmqpLink, connection: ChannelModel, channel: ConfirmChannel, onEnd: () => void) {
    this.#link = link;
    this.#connection = connection;
    this.#channel = channel;
    this.#onEnd = onEnd;
    channel.on("return", (message) => this.#returned.add(String(message.properties.correlationId)));
    connection.on("blocked", (reason: string) => {
      this.#blocked = `RabbitMQ holds back every message (${reason}) until its alarm is over.`;
      this.#heardAt = Date.now();
    });
    connection.on("unblocked", () => {
      this.#blocked = undefined;
    });
    connection.on("error", (error) => {
      this.#lastError = error;
    });
    channel.on("error", (error) => {
      this.#lastError = error;
    });
    channel.on("close", () => this.#end(this.#lastError ?? new Error("the connection was closed")));
  }

  async send(queues: readonly QueueSpec[], target: string, messages: readonly Outgoing[], begunAt: number): Promise<void> {
    if (this.#blocked !== undefined) throw new CrmError("unavailable", this.#blocked);
    await new Promise<void>((resolve, reject) => {
      const call: Call = {
        begunAt,
        settle: (error) => {
          this.#calls.delete(call);
          if (this.#calls.size === 0) this.#stopWatching();
          if (error === undefined) resolve();
          else reject(unavailable(error));
        },
      };
      this.#calls.add(call);
      this.#watch ??= setInterval(() => this.#look(), WATCH_MS);
      this.#sendAll(queues, target, messages, call).catch(call.settle);
    });
  }

  /** The broker tells of an alarm only who publishes, and reads one message more: so this sends two. */
  async refusal(begunAt: number): Promise<string | undefined> {
    try {
      await this.send([], "crm.probe", [PROBE, PROBE], begunAt);
    } catch (error) {
      if (this.#blocked === undefined) throw error;
    }
    return this.#blocked;
  }

  async #sendAll(queues: readonly QueueSpec[], target: string, messages: readonly Outgoing[], call: Call): Promise<void> {
    for (const queue of queues) await this.#declareOnce(queue);
    let left = messages.length;
    for (const { content, options } of messages) {
      const correlationId = String(++this.#published);
      const flowing = this.#channel.sendToQueue(
        target,
        content,
        { mandatory: true, persistent: true, ...options, correlationId },
        (error: unknown) => {
          this.#heardAt = Date.now();
          left -= 1;
          if (this.#returned.delete(correlationId)) {
            this.#declared.clear();
            call.settle(new Error(`the queue ${target} was gone; it is declared again with the next publish`));
          } else if (error) call.settle(error);
          else if (left === 0) call.settle();
        },
      );
      if (!flowing) await this.#drain();
      if (!this.#calls.has(call)) return;
    }
  }

  #declareOnce(queue: QueueSpec): Promise<unknown> {
    const known = this.#declared.get(queue.name);
    if (known) return known;
    const declaring = declare(this.#channel, queue).then(() => {
      this.#heardAt = Date.now();
    });
    this.#declared.set(queue.name, declaring);
    return declaring;
  }

  /** Settles when the socket's buffer has room again; a session that ends settles its calls itself. */
  #drain(): Promise<void> {
    this.#drained ??= new Promise<void>((resolve) => {
      this.#channel.once("drain", () => {
        this.#drained = undefined;
        resolve();
      });
    });
    return this.#drained;
  }

  /**
   * Gives up a broker that is silent. What has already arrived is read first, so that a busy process does not blame the broker.
   * One that has said why keeps its connection: the next one would be held back too.
   */
  #look(): void {
    setImmediate(() => {
      const [oldest] = this.#calls;
      const patienceMs = this.#blocked === undefined ? SILENCE_MS : BLOCKED_MS;
      if (!oldest || Date.now() - Math.max(oldest.begunAt, this.#heardAt) < patienceMs - WATCH_MS) return;
      if (this.#blocked === undefined) this.#end(new Error(`no answer within ${SILENCE_MS} ms`));
      else this.#settleAll(new CrmError("unavailable", this.#blocked));
    });
  }

  #end(error: unknown): void {
    this.#onEnd();
    this.#link.drop(this.#connection);
    this.#settleAll(error);
  }

  #settleAll(error: unknown): void {
    for (const call of [...this.#calls]) call.settle(error);
  }

  #stopWatching(): void {
    clearInterval(this.#watch);
    this.#watch = undefined;
  }
}
