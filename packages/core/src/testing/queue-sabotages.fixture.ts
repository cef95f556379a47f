import { CrmError, hasCode } from "../errors.js";
import { createMemoryBroker, type MemoryBroker } from "../memory/memory-queue.js";
import type { DeliveredMessage, MessageHandler, MessageQueue, Subscription, Topic } from "../ports/queue.js";
import { pause } from "./expect.js";

/** A queue that breaks one guarantee, and the cases that must notice: each by a part of its name. */
export interface QueueSabotage {
  readonly breaks: string;
  readonly noticedBy: readonly string[];
  /** Called once for a case, with its broker: what it makes opens the handles. */
  readonly sabotage: (broker: MemoryBroker) => () => MessageQueue;
}

function breaking(
  breaks: string,
  noticedBy: readonly string[],
  change: (queue: MessageQueue) => Partial<MessageQueue>,
): QueueSabotage {
  return {
    breaks,
    noticedBy,
    sabotage: (broker) => () => {
      const queue = broker.open();
      return { ...queue, ...change(queue) };
    },
  };
}

/** Puts something between the queue and its handlers. */
function handling(
  breaks: string,
  noticedBy: readonly string[],
  wrap: (handler: MessageHandler) => MessageHandler,
): QueueSabotage {
  return breaking(breaks, noticedBy, ({ subscribe }) => ({
    subscribe: (topic, handler, options) => subscribe(topic, wrap(handler), options),
  }));
}

export const QUEUE_SABOTAGES: readonly QueueSabotage[] = [
  breaking("text is normalized", ["is delivered, as it was"], ({ publish }) => ({
    publish: (topic, messages) =>
      publish(
        topic,
        messages.map(({ id, body }) => ({ id, body: body.normalize("NFC") })),
      ),
  })),
  {
    breaks: "each handle has a broker of its own",
    noticedBy: [
      "what one handle publishes reaches",
      "refusals are counted over all handles",
      "leaves its message to another handle",
    ],
    sabotage: () => () => createMemoryBroker({ maxAttempts: 3, retryDelayMs: 1 }).open(),
  },
  breaking("nobody is told of a dead letter", ["whoever buried a message tells"], ({ subscribe }) => ({
    subscribe: (topic, handler, { prefetch }) => subscribe(topic, handler, { prefetch }),
  })),
  breaking("each refusal is told as a dead letter", ["whoever buried a message tells"], ({ subscribe }) => ({
    subscribe: (topic, handler, options) =>
      subscribe(
        topic,
        (message) =>
          handler(message).catch((error: unknown) => {
            options.events?.buried({ id: message.id, attempts: message.attempts, reason: String(error) });
            throw error;
          }),
        options,
      ),
  })),
  handling(
    "a pause that is asked for is not made",
    ["after the pause that it asks for"],
    (handler) => (message) =>
      handler(message).catch((error: unknown) => {
        throw hasCode(error, "unavailable") ? new CrmError("unavailable", error.message) : error;
      }),
  ),
  breaking("a publish takes some", ["a thousand messages"], ({ publish }) => ({
    publish: (topic, messages) => publish(topic, messages.slice(0, 500)),
  })),
  breaking("bodies are cut", ["a body of a megabyte"], ({ publish }) => ({
    publish: (topic, messages) =>
      publish(
        topic,
        messages.map(({ id, body }) => ({ id, body: body.slice(0, 500_000) })),
      ),
  })),
  breaking("every message is delivered twice", ["a thousand messages", "two handles share"], ({ publish }) => ({
    publish: (topic, messages) => publish(topic, [...messages, ...messages]),
  })),
  breaking("there is one topic", ["topics are apart"], ({ publish, subscribe }) => ({
    publish: (_, messages) => publish("orders", messages),
    subscribe: (_, handler, options) => subscribe("orders", handler, options),
  })),
  breaking("the prefetch is not looked at", ["no more than the prefetch"], ({ subscribe }) => ({
    subscribe: (topic, handler) => subscribe(topic, handler, { prefetch: 100 }),
  })),
  handling(
    "refused messages are lost",
    ["a refused message comes again", "refused for the last time", "dies again", "with every handle closed"],
    (handler) => async (message) => {
      await handler(message).catch(() => undefined);
    },
  ),
  handling(
    "attempts are not counted",
    ["a refused message comes again"],
    (handler) => (message) => handler({ ...message, attempts: 1 }),
  ),
  handling(
    "refusals are counted in the process",
    ["refusals are counted over all handles", "with every handle closed"],
    (handler) => {
      const seen = new Map<string, number>();
      return (message) => {
        seen.set(message.id, (seen.get(message.id) ?? 0) + 1);
        return handler({ ...message, attempts: seen.get(message.id) ?? 1 });
      };
    },
  ),
  handling("a refusal holds up the rest", ["holds up no other"], (handler) => {
    let refused = false;
    return async (message) => {
      if (refused) await new Promise(() => undefined);
      await handler(message).catch((error) => {
        refused = true;
        throw error;
      });
    };
  }),
  handling(
    "any refusal is an attempt",
    ["as unavailable or closed is no attempt", "gives up as closed"],
    (handler) => (message) =>
      handler(message).catch((error) => {
        throw new Error(error instanceof Error ? error.message : String(error));
      }),
  ),
  {
    breaks: "the depth is of what waits",
    noticedBy: ["the depth counts"],
    sabotage: (broker) => () => {
      const queue = broker.open();
      let busy = 0;
      const counted = (handler: MessageHandler) => async (message: DeliveredMessage) => {
        busy += 1;
        await handler(message).finally(() => {
          busy -= 1;
        });
      };
      return {
        ...queue,
        subscribe: (topic, handler, options) => queue.subscribe(topic, counted(handler), options),
        depth: async (topic) => {
          const depth = await queue.depth(topic);
          return { ...depth, messages: depth.messages - busy };
        },
      };
    },
  },
  breaking("a dead letter has no reason", ["refused for the last time"], ({ deadLetters }) => ({
    deadLetters: async (filter, page) => {
      const { items, nextCursor } = await deadLetters(filter, page);
      return { items: items.map((letter) => ({ ...letter, reason: "failed" })), nextCursor };
    },
  })),
  breaking("dead letters are of all topics", ["listed by topic"], ({ deadLetters }) => ({
    deadLetters: (_, page) => deadLetters({}, page),
  })),
  breaking("a replay by id replays all", ["replayed by id"], ({ replay }) => ({
    replay: (which) => replay("ids" in which ? { topic: "orders" } : which),
  })),
  breaking("a replay does nothing", ["replayed by topic", "dies again"], ({ deadLetters }) => ({
    replay: async (which) => (await deadLetters("topic" in which ? which : {}, { limit: 100 })).items.length,
  })),
  breaking("a discarded dead letter is put back", ["those discarded"], ({ replay }) => ({ discard: replay })),
  breaking("a discard takes the whole topic", ["those discarded"], ({ deadLetters, discard }) => ({
    discard: async ({ ids }) => {
      const { items } = await deadLetters({}, { limit: 100 });
      const topics = new Set(items.filter(({ id }) => ids.includes(id)).map(({ topic }) => topic));
      return discard({ ids: items.filter(({ topic }) => topics.has(topic)).map(({ id }) => id) });
    },
  })),
  {
    breaks: "a topic is past what was delivered once",
    noticedBy: ["marks: so does what is in a handler", "marks: so does what comes back"],
    sabotage: (broker) => {
      const ids = { published: new Set<string>(), delivered: new Set<string>() };
      return () => {
        const queue = broker.open();
        const noting = (handler: MessageHandler) => (message: DeliveredMessage) => {
          ids.delivered.add(message.id);
          return handler(message);
        };
        return {
          ...queue,
          publish: (topic, messages) => {
            for (const { id } of messages) ids.published.add(id);
            return queue.publish(topic, messages);
          },
          subscribe: (topic, handler, options) => queue.subscribe(topic, noting(handler), options),
          isPast: async () => ids.delivered.size === ids.published.size,
        };
      };
    },
  },
  breaking("a topic is past its mark once it is empty", ["though newer messages wait"], ({ depth }) => ({
    isPast: async (topic) => (await depth(topic)).messages === 0,
  })),
  breaking("a topic is past as soon as the broker is", ["marks: what waits keeps"], ({ mark, isPast }) => ({
    mark: () => mark("orders"),
    isPast: (_, marked) => isPast("orders", marked),
  })),
  breaking("dead letters keep their topic from being past", ["marks: what is dead"], ({ isPast, depth }) => ({
    isPast: async (topic, mark) => (await isPast(topic, mark)) && (await depth(topic)).deadLetters === 0,
  })),
  breaking("a mark is of what was settled", ["marks: an empty topic"], ({ mark }) => ({
    mark: async (topic) => String(Number(await mark(topic)) + 5),
    isPast: async () => false,
  })),
  {
    breaks: "what a dead consumer held is taken for settled",
    noticedBy: ["marks: what a consumer that died"],
    sabotage: (broker) => () => {
      const queue = broker.open();
      return {
        ...queue,
        isPast: async (topic, mark) => (await queue.isPast(topic, mark)) || (await queue.depth(topic)).oldestAgeMs !== undefined,
      };
    },
  },
  breaking("rewriting changes the first hundred", ["dead letters: rewriting"], ({ rewriteDeadLetters }) => ({
    rewriteDeadLetters: (rewrite) => {
      let left = 100;
      return rewriteDeadLetters((letter) => (left-- > 0 ? rewrite(letter) : undefined));
    },
  })),
  breaking("a bad cursor starts from the beginning", ["dead letters: a cursor"], ({ deadLetters }) => ({
    deadLetters: (filter, page) =>
      deadLetters(filter, page).catch((error) =>
        hasCode(error, "invalid") ? deadLetters(filter, { limit: page.limit }) : Promise.reject(error),
      ),
  })),
  breaking("it keeps quiet about what it is", ["queue: it says what it is"], ({ info }) => ({
    info: async () => ({ ...(await info()), warnings: [] }),
  })),
  breaking("closing a subscription does not wait", ["closing a subscription waits"], ({ subscribe }) => ({
    subscribe: async (topic, handler, options) => {
      const subscription = await subscribe(topic, handler, options);
      return { close: async () => void subscription.close() };
    },
  })),
  breaking("what a closed subscription had fetched is lost", ["leaves what it had not begun"], ({ subscribe }) => ({
    subscribe: async (topic, handler, options) => {
      const subscription = await subscribe(topic, handler, options);
      return { close: () => losing(subscribe, topic, subscription) };
    },
  })),
  breaking("closing does not wait", ["closing waits for handlers"], ({ close }) => ({ close: async () => void close() })),
  breaking("a closed queue goes on", ["queue: after closing every call"], () => ({ close: async () => undefined })),
];

async function losing(subscribe: MessageQueue["subscribe"], topic: Topic, subscription: Subscription): Promise<void> {
  const thief = await subscribe(topic, async () => undefined, { prefetch: 3 });
  await pause(10);
  await Promise.all([thief.close(), subscription.close()]);
}
