import { CrmError } from "../errors.js";
import { recordOf } from "../model/record-of.js";
import { decodeCursor, encodeCursor } from "../ports/page.js";
import { type MessageQueue, type StoredDeadLetter, type Subscription, TOPICS, type Topic } from "../ports/queue.js";
import { type Consumer, MemoryTopic } from "./memory-topic.js";

export interface MemoryQueueOptions {
  /** Refusals before a message is a dead letter; 5. */
  readonly maxAttempts?: number;
  /** Pause before the first redelivery, doubled for each one after it; 100. */
  readonly retryDelayMs?: number;
}

/** Messages in this process that any number of queues share, as processes share a broker. It outlives them, and ends with the process. */
export interface MemoryBroker {
  open(): MessageQueue;
  /** Treats a queue as a broker does whose consumer has died: what it had in hand is delivered again, to others. */
  lose(queue: MessageQueue): void;
}

interface Handle {
  readonly consumers: Map<Consumer, Topic>;
  /** Takes no more subscribers; handlers under way may still publish. */
  closing: boolean;
  closed: boolean;
}

interface Shared {
  readonly topics: Readonly<Record<Topic, MemoryTopic>>;
  /** By the order of their deaths. */
  readonly dead: Map<number, StoredDeadLetter>;
}

export function createMemoryBroker({ maxAttempts = 5, retryDelayMs = 100 }: MemoryQueueOptions = {}): MemoryBroker {
  const dead = new Map<number, StoredDeadLetter>();
  let buried = 0;
  const bury = (letter: StoredDeadLetter): void => {
    dead.set(++buried, letter);
  };
  const topicOf = (topic: Topic) => new MemoryTopic(topic, { maxAttempts, retryDelayMs, bury });
  const shared: Shared = { dead, topics: recordOf(TOPICS, topicOf) };
  const handles = new Map<MessageQueue, Handle>();
  return {
    open: () => {
      const handle: Handle = { consumers: new Map(), closing: false, closed: false };
      const queue = openQueue(shared, handle);
      handles.set(queue, handle);
      return queue;
    },
    lose: (queue) => {
      const handle = handles.get(queue);
      if (!handle) return;
      handle.closed = true;
      for (const [consumer, topic] of handle.consumers) shared.topics[topic].lose(consumer);
    },
  };
}

/** A queue of its own in memory: the reference implementation, for tests and for trying things out. Not durable. */
export function memoryQueue(options: MemoryQueueOptions = {}): MessageQueue {
  return createMemoryBroker(options).open();
}

function openQueue({ topics, dead }: Shared, handle: Handle): MessageQueue {
  const assertOpen = (): void => {
    if (handle.closed) throw new CrmError("closed", "The queue is closed.");
  };
  const leave = async (consumer: Consumer, topic: Topic): Promise<void> => {
    topics[topic].leave(consumer);
    await Promise.all(consumer.inHand.values());
    handle.consumers.delete(consumer);
  };
  return {
    publish: async (topic, messages) => {
      assertOpen();
      topics[topic].publish(messages);
    },
    subscribe: async (topic, handler, { prefetch, events }): Promise<Subscription> => {
      assertOpen();
      if (handle.closing) throw new CrmError("closed", "The queue is closing.");
      const consumer: Consumer = { handler, prefetch, inHand: new Map(), events };
      handle.consumers.set(consumer, topic);
      topics[topic].join(consumer);
      return { close: () => leave(consumer, topic) };
    },
    depth: async (topic) => {
      assertOpen();
      return {
        topic,
        ...topics[topic].depth(),
        deadLetters: [...dead.values()].filter((letter) => letter.topic === topic).length,
      };
    },
    deadLetters: async (filter, { limit, cursor }) => {
      assertOpen();
      const from = cursor === undefined ? 0 : decodeCursor(cursor, ["number"])[0];
      const rest = [...dead].filter(
        ([place, letter]) => place > from && (filter.topic === undefined || letter.topic === filter.topic),
      );
      const page = rest.slice(0, limit);
      const last = page.at(-1);
      return {
        items: page.map(([, letter]) => ({ ...letter })),
        nextCursor: last && rest.length > limit ? encodeCursor([last[0]]) : null,
      };
    },
    replay: async (which) => {
      assertOpen();
      const chosen = [...dead].filter(([, letter]) =>
        "ids" in which ? which.ids.includes(letter.id) : letter.topic === which.topic,
      );
      for (const [place, letter] of chosen) {
        dead.delete(place);
        topics[letter.topic].publish([letter]);
      }
      return chosen.length;
    },
    discard: async ({ ids }) => {
      assertOpen();
      const chosen = [...dead].filter(([, { id }]) => ids.includes(id));
      for (const [place] of chosen) dead.delete(place);
      return chosen.length;
    },
    rewriteDeadLetters: async (rewrite) => {
      assertOpen();
      let rewritten = 0;
      for (const [place, letter] of dead) {
        const body = rewrite({ ...letter });
        if (body === undefined) continue;
        dead.set(place, { ...letter, body });
        rewritten += 1;
      }
      return rewritten;
    },
    mark: async (topic) => {
      assertOpen();
      return String(topics[topic].published);
    },
    isPast: async (topic, mark) => {
      assertOpen();
      return topics[topic].isPast(Number(mark));
    },
    info: async () => {
      assertOpen();
      return {
        name: "memory",
        version: "1",
        durable: false,
        warnings: ["Messages are held in memory and end with the process."],
      };
    },
    close: async () => {
      handle.closing = true;
      await Promise.all([...handle.consumers].map(([consumer, topic]) => leave(consumer, topic)));
      handle.closed = true;
    },
  };
}
