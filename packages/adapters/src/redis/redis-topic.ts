import type { QueueDepth, QueueMessage, Topic } from "@crm-engine/core/ports";
import type { Comebacks } from "../brokers/refusal.js";
import type { RedisLink } from "./redis-link.js";
import {
  BURY,
  DEPTH,
  FINISH,
  HOLDS,
  JOIN,
  LEAVE,
  MARK,
  PROMOTE,
  PUBLISH,
  PUT_OFF,
  REPLAY,
  REWRITE,
  TAKE_OVER,
} from "./scripts.js";

/** Shared by all consumers of a topic. */
const GROUP = "workers";
const MESSAGES_AT_ONCE = 500;
const LENGTH_AT_ONCE = 1_048_576;
const IDS_AT_ONCE = 1_000;
const PROMOTED_AT_ONCE = 200;

/** A stream entry as the server returns it; its fields are absent where it was deleted meanwhile. */
export type RawEntry = readonly [entry: string, fields: readonly string[] | null];

/** Entries of consumers whose lease ended, with how often each was delivered, and where to go on looking. */
export interface TakenOver {
  readonly cursor: string;
  readonly entries: readonly { readonly raw: RawEntry; readonly deliveries: number }[];
}

export type RedisTopic = ReturnType<typeof redisTopic>;

/** The commands on one topic's keys; each is atomic on the server, but for a publish of several chunks. */
export function redisTopic(link: RedisLink, namespace: string, topic: Topic) {
  const stream = `${namespace}.${topic}`;
  const delayed = `${stream}.delayed`;
  const dead = `${stream}.dead`;
  const since = `${stream}.since`;
  const evaluate = (script: string, keys: readonly string[], args: readonly (string | number)[]) =>
    link.use((client) => client.eval(script, keys.length, ...keys, ...args));

  return {
    name: stream,

    async publish(messages: readonly QueueMessage[]): Promise<void> {
      for (const chunk of chunksOf(messages)) {
        await evaluate(
          PUBLISH,
          [stream],
          chunk.flatMap(({ id, body }) => [id, body]),
        );
      }
    },
    async depth(): Promise<QueueDepth> {
      const [messages, deadLetters, oldestAgeMs] = (await evaluate(DEPTH, [stream, delayed, dead], [GROUP])) as [
        number,
        number,
        number,
      ];
      return { topic, messages, deadLetters, ...(oldestAgeMs < 0 ? {} : { oldestAgeMs }) };
    },

    /** From the stream's beginning: what was acknowledged is not in it. Idempotent. */
    async joinGroup(): Promise<void> {
      await evaluate(JOIN, [stream], [GROUP]);
    },
    /** Entries after `from`: new ones after `>`, else those that this consumer was given before. Blocks its connection. */
    async read(reads: RedisLink, consumer: string, from: string, count: number, blockMs: number): Promise<readonly RawEntry[]> {
      const reply = await reads.use((client) =>
        client.xreadgroup("GROUP", GROUP, consumer, "COUNT", count, "BLOCK", blockMs, "STREAMS", stream, from),
      );
      return (reply as [string, RawEntry[]][] | null)?.[0]?.[1] ?? [];
    },
    /** Ends a read that waits, if one does. */
    async unblock(reads: RedisLink): Promise<void> {
      const { clientId } = reads;
      if (clientId !== undefined) await link.use((client) => client.client("UNBLOCK", clientId));
    },
    async takeOver(consumer: string, leaseMs: number, from: string, count: number): Promise<TakenOver> {
      const reply = await evaluate(TAKE_OVER, [stream], [GROUP, consumer, leaseMs, from, count]);
      const [cursor, taken] = reply as [string, [string, string[], number][]];
      return { cursor, entries: taken.map(([entry, fields, deliveries]) => ({ raw: [entry, fields], deliveries })) };
    },
    /** A lease is a pending entry's idle time: this begins it anew, without counting a delivery. */
    async renew(consumer: string, entries: readonly string[]): Promise<void> {
      for (let i = 0; i < entries.length; i += IDS_AT_ONCE) {
        const ids = entries.slice(i, i + IDS_AT_ONCE);
        await link.use((client) => client.call("XCLAIM", stream, GROUP, consumer, 0, ...ids, "JUSTID"));
      }
    },

    async finish(entries: readonly string[]): Promise<void> {
      await evaluate(FINISH, [stream, since], [GROUP, ...entries]);
    },
    /** Back into the stream after the pause, at once where it is 0. */
    async putOff(entry: string, { refused, returned }: Comebacks, pauseMs: number): Promise<void> {
      await evaluate(PUT_OFF, [stream, delayed, since], [GROUP, entry, refused, returned, pauseMs]);
    },
    async bury(entry: string, attempts: number, reason: string): Promise<void> {
      await evaluate(BURY, [stream, dead, since], [GROUP, entry, attempts, reason]);
    },
    /** Brings back what is due; returns in how many ms the next one is, undefined where none waits. */
    async promote(): Promise<number | undefined> {
      const nextMs = Number(await evaluate(PROMOTE, [stream, delayed, since], [PROMOTED_AT_ONCE]));
      return nextMs < 0 ? undefined : nextMs;
    },
    /** Removes the consumer, and others that are idle for so long, but none that has messages. */
    async leave(consumer: string, idleMs: number): Promise<void> {
      await evaluate(LEAVE, [stream], [GROUP, idleMs, consumer]);
    },

    mark: async (): Promise<string> => String(await evaluate(MARK, [stream], [])),
    isPast: async (mark: string): Promise<boolean> => (await evaluate(HOLDS, [stream, since], [mark])) === 0,

    deadEntries: (from: string, to: string, limit: number): Promise<readonly RawEntry[]> =>
      link.use((client) => client.xrange(dead, from, to, "COUNT", limit)),
    newestDeadEntry: async (): Promise<string | undefined> =>
      (await link.use((client) => client.xrevrange(dead, "+", "-", "COUNT", 1)))[0]?.[0],
    /** Returns whether the entry was still there. */
    rewrite: async (entry: string, body: string): Promise<boolean> => (await evaluate(REWRITE, [dead], [entry, body])) === 1,
    /** Returns how many of the entries were still there. */
    discard: (entries: readonly string[]): Promise<number> => link.use((client) => client.xdel(dead, ...entries)),
    /** Returns how many of the entries were still there. */
    replay: async (entries: readonly string[]): Promise<number> => Number(await evaluate(REPLAY, [stream, dead], entries)),
  };
}

export function fieldsOf(fields: readonly string[]): Readonly<Record<string, string>> {
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < fields.length; i += 2) pairs.push([fields[i] ?? "", fields[i + 1] ?? ""]);
  return Object.fromEntries(pairs);
}

/** Parts of which each is queued whole or not at all, and none holds the server up. */
function* chunksOf(messages: readonly QueueMessage[]): Generator<readonly QueueMessage[]> {
  let chunk: QueueMessage[] = [];
  let length = 0;
  for (const message of messages) {
    if (chunk.length === MESSAGES_AT_ONCE || (chunk.length > 0 && length + message.body.length > LENGTH_AT_ONCE)) {
      yield chunk;
      chunk = [];
      length = 0;
    }
    chunk.push(message);
    length += message.body.length;
  }
  if (chunk.length > 0) yield chunk;
}
