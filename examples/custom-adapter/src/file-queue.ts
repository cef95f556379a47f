import { type FileHandle, open, readFile, rename } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import {
  CrmError,
  type DeadLetter,
  hasCode,
  type MessageHandler,
  type MessageQueue,
  type QueueMessage,
  type Subscription,
  type Topic,
} from "@crm-engine/core";

export interface FileQueueOptions {
  /** Made if need be, in a folder that exists. */
  readonly file: string;
  /** Refusals that make a dead letter; 5. */
  readonly maxAttempts?: number;
  /** Pause before the first redelivery, doubled for each one after it; 250. */
  readonly retryDelayMs?: number;
}

/** A message as it stands. `pauses` counts all redeliveries, `attempts` only those that a refusal led to. */
interface Entry extends QueueMessage {
  readonly number: number;
  readonly topic: Topic;
  readonly attempts: number;
  readonly pauses: number;
  readonly dead?: { readonly reason: string; readonly at: number };
}
/** A line of the file. The last one with a message's number holds. */
type Line = Entry | { readonly number: number; readonly done: true };

interface Consumer extends Required<FileQueueOptions> {
  readonly topic: Topic;
  readonly handler: MessageHandler;
  readonly prefetch: number;
  readonly inHand: Set<Promise<void>>;
}

const MAX_PAUSE_MS = 30_000;

/** A queue in one append-only file, for one process: its handles on a file share it. Does no I/O until its first use. */
export function fileQueue({ file, maxAttempts = 5, retryDelayMs = 250 }: FileQueueOptions): MessageQueue {
  const options = { file: resolve(file), maxAttempts, retryDelayMs };
  const subscriptions = new Set<Subscription>();
  const calls = new Set<Promise<unknown>>();
  let opening: Promise<Journal> | undefined;
  let closing: Promise<void> | undefined;

  /** Every call comes through here: refused when closed, waited for by `close`, and what the disk says becomes a CrmError. */
  const use = async <T>(work: (journal: Journal) => T | Promise<T>): Promise<T> => {
    if (closing) throw new CrmError("closed", "The queue is closed.");
    opening ??= acquire(options.file);
    const call = opening.then(work);
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
    if (opening) await release(options.file);
  };

  return {
    publish: (topic, messages) => use((journal) => journal.publish(topic, messages)),
    subscribe: (topic, handler, { prefetch }) =>
      use((journal) => {
        const consumer: Consumer = { ...options, topic, handler, prefetch, inHand: new Set() };
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
    deadLetters: ({ topic }, { limit, cursor }) =>
      use((journal) => {
        const seen = cursor === undefined ? [0, 0] : readCursor(cursor);
        const letters = journal.entries().flatMap((entry) => (topic === undefined || entry.topic === topic ? lettersOf(entry) : []));
        const rest = letters.filter(({ place }) => byPlace(place, seen) > 0).sort((a, b) => byPlace(a.place, b.place));
        const last = rest.length > limit ? rest[limit - 1] : undefined;
        return { items: rest.slice(0, limit).map(({ letter }) => letter), nextCursor: last?.place.join("-") ?? null };
      }),
    replay: (which) =>
      use((journal) => journal.replay((entry) => ("ids" in which ? which.ids.includes(entry.id) : which.topic === entry.topic))),
    info: () => use(() => ({ name: "file queue", version: "1", durable: true, warnings: ["No other process may use this file."] })),
    close: () => {
      closing ??= shut();
      return closing;
    },
  };
}

/** The files in use, with the number of handles on each. */
const files = new Map<string, { users: number; journal: Promise<Journal>; closed: Promise<void> }>();

function acquire(path: string): Promise<Journal> {
  const held = files.get(path);
  const users = (held?.users ?? 0) + 1;
  const closed = held?.closed ?? Promise.resolve();
  const journal = held && held.users > 0 ? held.journal : closed.then(() => Journal.open(path));
  files.set(path, { users, journal, closed });
  return journal;
}

async function release(path: string): Promise<void> {
  const held = files.get(path);
  if (!held) return;
  held.users -= 1;
  if (held.users === 0) {
    held.closed = held.journal.then(
      (journal) => journal.close(),
      () => undefined,
    );
  }
  await held.closed;
}

/** An open file and all that is in it. A message waits, pauses or is in a handler: exactly one of these, until it is done or dead. */
class Journal {
  readonly #file: FileHandle;
  readonly #entries: Map<number, Entry>;
  readonly #waiting: Readonly<Record<Topic, Set<Entry>>> = { customers: new Set(), orders: new Set(), receipts: new Set() };
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #consumers: readonly Consumer[] = [];
  #lastNumber = 0;
  #unwritten: readonly Line[] = [];
  #lastWrite: Promise<void> = Promise.resolve();
  #nextWrite: Promise<void> | undefined;
  /** Bytes that have settled. */
  #size: number;

  private constructor(file: FileHandle, size: number, entries: Map<number, Entry>) {
    this.#file = file;
    this.#size = size;
    this.#entries = entries;
    this.#lastNumber = Math.max(0, ...entries.keys());
    for (const entry of entries.values()) if (!entry.dead) this.#waiting[entry.topic].add(entry);
  }

  /** Reads what is there, and writes it anew without what is done; a kill meanwhile leaves the old file. */
  static async open(path: string): Promise<Journal> {
    const entries = new Map<number, Entry>();
    for (const line of await linesOf(path)) {
      if ("done" in line) entries.delete(line.number);
      else entries.set(line.number, line);
    }
    const text = textOf([...entries.values()]);
    const file = await open(`${path}.new`, "w");
    await file.writeFile(text);
    await file.sync();
    await rename(`${path}.new`, path);
    const folder = await open(dirname(path));
    await folder.sync();
    await folder.close();
    return new Journal(file, Buffer.byteLength(text), entries);
  }

  entries(): readonly Entry[] {
    return [...this.#entries.values()];
  }

  async publish(topic: Topic, messages: readonly QueueMessage[]): Promise<void> {
    const entries = messages.map(({ id, body }) => {
      this.#lastNumber += 1;
      return { number: this.#lastNumber, topic, id, body, attempts: 0, pauses: 0 };
    });
    await this.#append(entries);
    for (const entry of entries) this.#release(entry);
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
    for (const entry of fresh) this.#release(entry);
    return fresh.length;
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    await this.#append([]).catch(() => undefined);
    await this.#file.close();
  }

  #release(entry: Entry): void {
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
    const outcome: Line = await consumer.handler({ id, body, attempts: attempts + 1 }).then(
      () => ({ number, done: true }),
      (error: unknown) => refusedEntry(entry, error, consumer.maxAttempts),
    );
    const settled = await this.#append([outcome]).then(
      () => outcome,
      () => entry,
    );
    if ("done" in settled) this.#entries.delete(number);
    else if (settled.dead) this.#entries.set(number, settled);
    else this.#pause(settled, consumer.retryDelayMs);
  }

  #pause(entry: Entry, retryDelayMs: number): void {
    this.#entries.set(entry.number, entry);
    const pauseMs = Math.min(MAX_PAUSE_MS, retryDelayMs * 2 ** Math.max(0, entry.pauses - 1));
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#release(entry);
    }, pauseMs);
    this.#timers.add(timer);
  }

  /** Settles when the lines are on the disk. Lines that come while a write is under way go together in the next one. */
  #append(lines: readonly Line[]): Promise<void> {
    this.#unwritten = [...this.#unwritten, ...lines];
    this.#nextWrite ??= this.#lastWrite.then(() => {
      const write = this.#write(textOf(this.#unwritten));
      this.#unwritten = [];
      this.#nextWrite = undefined;
      this.#lastWrite = write.catch(() => undefined);
      return write;
    });
    return this.#nextWrite;
  }

  /** Goes where the last settled write ended, so that nothing of one that failed stays in the file. */
  async #write(text: string): Promise<void> {
    await this.#file.truncate(this.#size);
    const bytes = Buffer.from(text, "utf8");
    for (let done = 0; done < bytes.length; ) {
      done += (await this.#file.write(bytes, done, bytes.length - done, this.#size + done)).bytesWritten;
    }
    await this.#file.sync();
    this.#size += bytes.length;
  }
}

/** Refusing as `unavailable` or `closed` is no attempt. */
function refusedEntry(entry: Entry, error: unknown, maxAttempts: number): Entry {
  const attempts = entry.attempts + (hasCode(error, "unavailable") || hasCode(error, "closed") ? 0 : 1);
  const refused = { ...entry, attempts, pauses: entry.pauses + 1 };
  if (attempts < maxAttempts) return refused;
  return { ...refused, dead: { reason: error instanceof Error ? error.message : String(error), at: Date.now() } };
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

/** One letter of a dead entry, none of another; its place is its time of death and its number. */
function lettersOf({ id, body, topic, attempts, dead, number }: Entry): readonly { letter: DeadLetter; place: readonly number[] }[] {
  if (!dead) return [];
  return [{ letter: { id, body, topic, attempts, reason: dead.reason, deadAt: dead.at }, place: [dead.at, number] }];
}

function byPlace([at = 0, number = 0]: readonly number[], [otherAt = 0, otherNumber = 0]: readonly number[]): number {
  return at - otherAt || number - otherNumber;
}

function readCursor(cursor: string): readonly number[] {
  if (/^\d{1,15}-\d{1,15}$/.test(cursor)) return cursor.split("-").map(Number);
  throw new CrmError("invalid", "cursor: is not a cursor of this list", {
    details: { issues: [{ path: "cursor", message: "is not a cursor of this list" }] },
  });
}
