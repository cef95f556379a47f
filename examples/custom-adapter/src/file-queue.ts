import { appendFile, open, readFile, rename, truncate, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import {
  askedPauseMs,
  type ConsumerEvents,
  CrmError,
  hasCode,
  type MessageHandler,
  type MessageQueue,
  type QueueMessage,
  recordOf,
  type StoredDeadLetter,
  type Subscription,
  TOPICS,
  type Topic,
} from "@crm-engine/core/ports";

export interface FileQueueOptions {
  /** Made if need be, in a folder that exists. */
  readonly file: string;
  /** Refusals that make a dead letter; 5. */
  readonly maxAttempts?: number;
  /** Pause before the first redelivery, doubled for each one after it; 250. */
  readonly retryDelayMs?: number;
}

/** A message as it stands. `pauses` counts every redelivery after a refusal, `attempts` only those that count as one. */
interface Entry extends QueueMessage {
  readonly number: number;
  readonly topic: Topic;
  readonly attempts: number;
  readonly pauses: number;
  /** `place` is its order among the dead. */
  readonly dead?: { readonly place: number; readonly reason: string; readonly at: number };
}
type DeadEntry = Entry & Required<Pick<Entry, "dead">>;
/** A line of the file. The last one with a message's number holds. */
type Line = Entry | { readonly number: number; readonly done: true };

interface Consumer extends Required<FileQueueOptions> {
  readonly topic: Topic;
  readonly handler: MessageHandler;
  readonly prefetch: number;
  readonly inHand: Set<Promise<void>>;
  readonly events: ConsumerEvents | undefined;
}

const MAX_PAUSE_MS = 30_000;

/** A queue in one append-only file, for one process: its handles on a file share it. Does no I/O until its first use. */
export function fileQueue({ file, maxAttempts = 5, retryDelayMs = 250 }: FileQueueOptions): MessageQueue {
  const options = { file: resolve(file), maxAttempts, retryDelayMs };
  const subscriptions = new Set<Subscription>();
  const calls = new Set<Promise<unknown>>();
  let opening: Promise<Journal> | undefined;
  let closing: Promise<void> | undefined;

  const opened = (): Promise<Journal> => {
    opening ??= acquire(options.file).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  /** Every call comes through here: refused when closed, waited for by `close`, and what the disk says becomes a CrmError. */
  const use = async <T>(work: (journal: Journal) => T | Promise<T>): Promise<T> => {
    if (closing) throw new CrmError("closed", "The queue is closed.");
    const call = opened().then(work);
    calls.add(call);
    try {
      return await call;
    } catch (cause) {
      throw cause instanceof CrmError ? cause : new CrmError("unavailable", `${options.file} can't be used.`, { cause });
    } finally {
      calls.delete(call);
    }
  };
  const shut = async (): Promise<void> => {
    await Promise.allSettled(calls);
    await Promise.all([...subscriptions].map((subscription) => subscription.close()));
    if (opening) release(options.file);
  };

  return {
    publish: (topic, messages) => use((journal) => journal.publish(topic, messages)),
    subscribe: (topic, handler, { prefetch, events }) =>
      use((journal) => {
        const consumer: Consumer = { ...options, topic, handler, prefetch, inHand: new Set(), events };
        const subscription = { close: () => journal.leave(consumer).finally(() => subscriptions.delete(subscription)) };
        subscriptions.add(subscription);
        journal.join(consumer);
        return subscription;
      }),
    depth: (topic) =>
      use((journal) => {
        const entries = journal.entries().filter((entry) => entry.topic === topic);
        const deadLetters = entries.filter((entry) => entry.dead).length;
        return { topic, messages: entries.length - deadLetters, deadLetters };
      }),
    deadLetters: ({ topic }, { limit, cursor = "0" }) =>
      use((journal) => {
        if (!/^\d{1,15}$/.test(cursor)) throw new CrmError("invalid", "cursor: is not a cursor of this list");
        const rest = journal
          .entries()
          .filter(isDead)
          .filter((entry) => (topic ?? entry.topic) === entry.topic && entry.dead.place > Number(cursor))
          .sort((a, b) => a.dead.place - b.dead.place);
        const last = rest.length > limit ? rest[limit - 1] : undefined;
        return { items: rest.slice(0, limit).map(letterOf), nextCursor: last ? String(last.dead.place) : null };
      }),
    replay: (which) =>
      use((journal) => journal.replay((entry) => ("ids" in which ? which.ids.includes(entry.id) : which.topic === entry.topic))),
    discard: ({ ids }) => use((journal) => journal.discard(ids)),
    rewriteDeadLetters: (rewrite) => use((journal) => journal.rewrite(rewrite)),
    mark: () => use((journal) => String(journal.lastNumber)),
    isPast: (topic, mark) =>
      use((journal) => !journal.entries().some((entry) => entry.topic === topic && !entry.dead && entry.number <= Number(mark))),
    info: () =>
      use(() => ({ name: "file queue", version: "1", durable: true, warnings: ["No other process may use this file."] })),
    close: () => {
      closing ??= shut();
      return closing;
    },
  };
}

function isDead(entry: Entry): entry is DeadEntry {
  return entry.dead !== undefined;
}

function letterOf({ id, body, topic, attempts, dead: { reason, at } }: DeadEntry): StoredDeadLetter {
  return { id, body, topic, attempts, reason, deadAt: at };
}

/** The files in use, and how many handles use each. */
const files = new Map<string, { users: number; readonly journal: Promise<Journal> }>();

async function acquire(path: string): Promise<Journal> {
  const held = files.get(path) ?? { users: 0, journal: Journal.open(path) };
  held.users += 1;
  files.set(path, held);
  try {
    return await held.journal;
  } catch (error) {
    release(path);
    throw error;
  }
}

function release(path: string): void {
  const held = files.get(path);
  if (held) held.users -= 1;
  if (held?.users === 0) files.delete(path);
}

/** A file and all that is in it. Until it is done or dead, a message waits, pauses or is in a handler: exactly one of these. */
class Journal {
  readonly #path: string;
  readonly #entries: Map<number, Entry>;
  readonly #waiting = recordOf(TOPICS, () => new Set<Entry>());
  #consumers: readonly Consumer[] = [];
  #lastNumber = 0;
  #unwritten: Line[] = [];
  #lastWrite: Promise<void> = Promise.resolve();
  #nextWrite: Promise<void> | undefined;
  /** Bytes that have settled. */
  #size: number;

  private constructor(path: string, size: number, entries: Map<number, Entry>) {
    this.#path = path;
    this.#size = size;
    this.#entries = entries;
    for (const entry of entries.values()) {
      this.#lastNumber = Math.max(this.#lastNumber, entry.number, entry.dead?.place ?? 0);
      if (!entry.dead) this.#waiting[entry.topic].add(entry);
    }
  }

  /** Reads what is there, and writes it anew without what is done; a kill meanwhile leaves the old file. */
  static async open(path: string): Promise<Journal> {
    const entries = new Map<number, Entry>();
    for (const line of await linesOf(path)) {
      if ("done" in line) entries.delete(line.number);
      else entries.set(line.number, line);
    }
    const text = textOf([...entries.values()]);
    await writeFile(`${path}.new`, text, { flush: true });
    await rename(`${path}.new`, path);
    const folder = await open(dirname(path));
    await folder.sync();
    await folder.close();
    return new Journal(path, Buffer.byteLength(text), entries);
  }

  get lastNumber(): number {
    return this.#lastNumber;
  }

  entries(): readonly Entry[] {
    return [...this.#entries.values()];
  }

  async publish(topic: Topic, messages: readonly QueueMessage[]): Promise<void> {
    const entries = messages.map(({ id, body }) => ({ number: ++this.#lastNumber, topic, id, body, attempts: 0, pauses: 0 }));
    await this.#append(entries);
    for (const entry of entries) this.#offer(entry);
  }

  join(consumer: Consumer): void {
    this.#consumers = [...this.#consumers, consumer];
    this.#deliver(consumer.topic);
  }

  async leave(consumer: Consumer): Promise<void> {
    this.#consumers = this.#consumers.filter((other) => other !== consumer);
    await Promise.all(consumer.inHand);
  }

  async replay(isChosen: (entry: Entry) => boolean): Promise<number> {
    const dead = this.entries().filter((entry) => entry.dead && isChosen(entry));
    const fresh = dead.map(({ number, topic, id, body }) => ({ number, topic, id, body, attempts: 0, pauses: 0 }));
    // Alive before the write, so that of two callers only one replays an entry.
    for (const entry of fresh) this.#entries.set(entry.number, entry);
    try {
      await this.#append(fresh);
    } catch (error) {
      for (const entry of dead) this.#entries.set(entry.number, entry);
      throw error;
    }
    for (const entry of fresh) this.#offer(entry);
    return fresh.length;
  }

  async discard(ids: readonly string[]): Promise<number> {
    const dead = this.entries().filter((entry) => entry.dead && ids.includes(entry.id));
    // Gone before the write, so that of two callers only one takes an entry.
    for (const { number } of dead) this.#entries.delete(number);
    try {
      await this.#append(dead.map(({ number }) => ({ number, done: true })));
    } catch (error) {
      for (const entry of dead) this.#entries.set(entry.number, entry);
      throw error;
    }
    return dead.length;
  }

  /** The file keeps the old bodies until it is opened next. */
  async rewrite(rewrite: (letter: StoredDeadLetter) => string | undefined): Promise<number> {
    const rewritten = this.entries()
      .filter(isDead)
      .flatMap((entry) => {
        const body = rewrite(letterOf(entry));
        return body === undefined ? [] : [{ ...entry, body }];
      });
    await this.#append(rewritten);
    for (const entry of rewritten) if (this.#entries.get(entry.number)?.dead) this.#entries.set(entry.number, entry);
    return rewritten.length;
  }

  #offer(entry: Entry): void {
    this.#entries.set(entry.number, entry);
    this.#waiting[entry.topic].add(entry);
    this.#deliver(entry.topic);
  }

  #deliver(topic: Topic): void {
    for (const entry of this.#waiting[topic]) {
      const consumer = this.#consumers.find((other) => other.topic === topic && other.inHand.size < other.prefetch);
      if (!consumer) return;
      // The one served goes last, so that consumers take turns.
      this.#consumers = [...this.#consumers.filter((other) => other !== consumer), consumer];
      this.#waiting[topic].delete(entry);
      const work = this.#hand(consumer, entry).finally(() => {
        consumer.inHand.delete(work);
        this.#deliver(topic);
      });
      consumer.inHand.add(work);
    }
  }

  /** Never rejects: an outcome that can't be written down is none, and the message comes again. */
  async #hand(consumer: Consumer, entry: Entry): Promise<void> {
    const { number, id, body, attempts } = entry;
    let askedMs: number | undefined;
    const outcome: Line = await consumer.handler({ id, body, attempts: attempts + 1 }).then(
      () => ({ number, done: true }),
      (error: unknown) => {
        askedMs = askedPauseMs(error);
        return this.#refused(entry, error, consumer.maxAttempts);
      },
    );
    const settled = await this.#append([outcome]).then(
      () => outcome,
      () => entry,
    );
    if ("done" in settled) this.#entries.delete(number);
    else this.#entries.set(number, settled);
    if (!("done" in settled) && settled.dead)
      consumer.events?.buried({ id, attempts: settled.attempts, reason: settled.dead.reason });
    if ("done" in settled || settled.dead) return;
    const pauseMs = askedMs ?? Math.min(MAX_PAUSE_MS, consumer.retryDelayMs * 2 ** Math.max(0, settled.pauses - 1));
    setTimeout(() => this.#offer(settled), pauseMs).unref();
  }

  /** Refusing as `unavailable` or `closed` is no attempt. */
  #refused(entry: Entry, error: unknown, maxAttempts: number): Entry {
    const attempts = entry.attempts + (hasCode(error, "unavailable") || hasCode(error, "closed") ? 0 : 1);
    const refused = { ...entry, attempts, pauses: entry.pauses + 1 };
    if (attempts < maxAttempts) return refused;
    const reason = error instanceof Error ? error.message : String(error);
    return { ...refused, dead: { place: ++this.#lastNumber, reason, at: Date.now() } };
  }

  /** Settles when the lines are on the disk. Lines that come while a write is under way go together in the next one. */
  #append(lines: readonly Line[]): Promise<void> {
    this.#unwritten.push(...lines);
    this.#nextWrite ??= this.#lastWrite.then(() => {
      const write = this.#write(textOf(this.#unwritten));
      this.#unwritten = [];
      this.#nextWrite = undefined;
      this.#lastWrite = write.catch(() => undefined);
      return write;
    });
    return this.#nextWrite;
  }

  /** Begins where the last write that settled ended: one that failed leaves nothing in the file. */
  async #write(text: string): Promise<void> {
    await truncate(this.#path, this.#size);
    await appendFile(this.#path, text, { flush: true });
    this.#size += Buffer.byteLength(text);
  }
}

/** The whole lines of a file; a last one that a kill cut short never settled. */
async function linesOf(path: string): Promise<readonly Line[]> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  });
  const lines = text.split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Line);
}

function textOf(lines: readonly Line[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}
