import { CrmError, type MessageQueue, type QueueMessage, type Topic } from "@crm-engine/core/ports";
import { type DeadRow, type QueueCalls, queue } from "./queue-messages.js";
import { SqliteSubscription } from "./subscription.js";
import { portOf } from "./threads/port-of.js";
import { createSession, type SqliteOptions } from "./threads/session.js";

const CHUNK_MESSAGES = 1_000;
const CHUNK_CHARACTERS = 4_000_000;
const REPLAYED_AT_ONCE = 500;
const REWRITTEN_AT_ONCE = 100;

export interface SqliteQueueOptions extends SqliteOptions {
  /** Refused deliveries after which a message becomes a dead letter; 5. */
  readonly maxAttempts?: number;
  /** Approximate pause after the first refusal; doubles with each further one, up to 30 s. 100. */
  readonly retryDelayMs?: number;
  /** Time after which a dead process's message is delivered again; 15,000. */
  readonly leaseMs?: number;
  /** How often to poll for messages of other processes; 50. */
  readonly pollMs?: number;
}

/** A durable queue in one SQLite file, which may be the store's, for any number of processes of one machine. */
export function sqliteQueue({
  maxAttempts = 5,
  retryDelayMs = 100,
  leaseMs = 15_000,
  pollMs = 50,
  ...options
}: SqliteQueueOptions): MessageQueue {
  const session = createSession(options);
  const calls = portOf(session.run, "queue", queue);
  const subscriptions = new Set<SqliteSubscription>();
  const poll = createPoll(calls, subscriptions, pollMs);
  let closing: Promise<void> | undefined;

  const close = async (): Promise<void> => {
    await Promise.all([...subscriptions].map((subscription) => subscription.close()));
    poll.stop();
    await session.close();
  };
  return {
    publish: async (topic, messages) => {
      session.assertOpen();
      for (const chunk of chunksOf(messages)) await calls.publish(topic, chunk);
      session.published(topic);
    },
    subscribe: async (topic, handler, { prefetch, events }) => {
      if (closing) throw new CrmError("closed", "The SQLite queue is closed.");
      const subscription = new SqliteSubscription(
        { session, calls },
        { topic, handler, prefetch, events, leaseMs, maxAttempts, retryDelayMs },
      );
      subscriptions.add(subscription);
      poll.start();
      return {
        close: async () => {
          await subscription.close();
          subscriptions.delete(subscription);
          if (subscriptions.size === 0) poll.stop();
        },
      };
    },
    depth: calls.depth,
    deadLetters: calls.deadLetters,
    replay: async (which) => {
      let replayed = 0;
      for await (const topics of replays(calls, which)) {
        replayed += topics.length;
        for (const topic of new Set(topics)) session.published(topic);
      }
      return replayed;
    },
    discard: ({ ids }) => calls.discard(ids),
    rewriteDeadLetters: async (rewrite) => {
      let rewritten = 0;
      for await (const rows of deadRows(calls)) {
        const bodies = rows.flatMap(({ seq, letter }) => {
          const body = rewrite(letter);
          return body === undefined ? [] : [{ seq, body }];
        });
        if (bodies.length > 0) rewritten += await calls.rewrite(bodies);
      }
      await calls.purgeOwn();
      return rewritten;
    },
    mark: () => calls.mark(),
    isPast: calls.isPast,
    info: session.info,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

/** Wakes subscriptions whose topic has a message due: from another process, or after a pause. */
function createPoll(
  calls: QueueCalls,
  subscriptions: ReadonlySet<SqliteSubscription>,
  pollMs: number,
): { start(): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let looking = false;
  const look = async (): Promise<void> => {
    if (looking) return;
    looking = true;
    try {
      const due = new Set(await calls.dueTopics([...new Set([...subscriptions].map(({ topic }) => topic))]));
      for (const subscription of subscriptions) if (due.has(subscription.topic)) subscription.wake();
    } catch {
      // The next poll tries again.
    } finally {
      looking = false;
    }
  };
  return {
    start: () => {
      timer ??= setInterval(() => void look(), pollMs);
    },
    stop: () => {
      clearInterval(timer);
      timer = undefined;
    },
  };
}

/** Puts back the dead letters that are there now, in transactions of limited size; yields the topics of each one's messages. */
async function* replays(
  calls: QueueCalls,
  which: { readonly ids: readonly string[] } | { readonly topic: Topic },
): AsyncGenerator<readonly Topic[]> {
  const chosen = "ids" in which ? which : { ...which, upTo: await calls.lastDeadLetter() };
  for (let last = REPLAYED_AT_ONCE; last === REPLAYED_AT_ONCE; ) {
    const topics = await calls.replay(chosen, REPLAYED_AT_ONCE);
    last = topics.length;
    yield topics;
  }
}

async function* deadRows(calls: QueueCalls): AsyncGenerator<readonly DeadRow[]> {
  let last: number | undefined = 0;
  while (last !== undefined) {
    const rows: readonly DeadRow[] = await calls.deadRows(last, REWRITTEN_AT_ONCE);
    if (rows.length > 0) yield rows;
    last = rows.at(-1)?.seq;
  }
}

function* chunksOf(messages: readonly QueueMessage[]): Generator<readonly QueueMessage[]> {
  let chunk: QueueMessage[] = [];
  let characters = 0;
  for (const message of messages) {
    chunk.push(message);
    characters += message.body.length;
    if (chunk.length < CHUNK_MESSAGES && characters < CHUNK_CHARACTERS) continue;
    yield chunk;
    chunk = [];
    characters = 0;
  }
  if (chunk.length > 0) yield chunk;
}
