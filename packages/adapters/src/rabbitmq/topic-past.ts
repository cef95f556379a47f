import { randomUUID } from "node:crypto";
import type { Channel, ChannelModel } from "amqplib";
import { onChannel, SILENCE_MS, within } from "./amqp-link.js";
import { marker } from "./amqp-message.js";
import type { HoldingsAnswer } from "./holdings.js";
import { declare, type TopicQueues } from "./topology.js";

/** What was published so long after a mark may still be taken for older: publishers' clocks differ, by as much before one is warned of it. */
const SLACK_MS = 5_000;
/** A queue that is longer than this is not past anything yet. */
const MARKER_MS = 5_000;
const PROBE_MS = 1_000;

interface Holders {
  readonly consumers: ReadonlySet<string>;
  readonly oldest: number;
}

/** Which consumers there were when a topic was last looked at, and since when it was these. */
export interface SeenConsumers {
  readonly key: string;
  readonly since: number;
}

/**
 * Whether nothing of a topic is left that was published by `at`. The broker tells what waits, and not what consumers have in hand. So they
 * are asked, and then once more after a marker has gone through the work queue, which is first in, first out: where none of the same
 * consumers has held or sent back anything old by then, whatever was old has been settled. A consumer that died in between may have left
 * something, and is missed; what it sent back before, to come again after a pause, shows by its queue, or has come by when nobody new has
 * been there for the longest pause.
 */
export async function topicPast(
  connection: ChannelModel,
  queues: TopicQueues,
  { at, pauses, seen }: { readonly at: number; readonly pauses: readonly number[]; readonly seen: Map<string, SeenConsumers> },
): Promise<boolean> {
  return onChannel(connection, async (channel) => {
    await channel.assertExchange(queues.probes, "fanout", { durable: true });
    const paused = await messagesPaused(channel, queues, pauses);
    const { messageCount, consumerCount } = await within(SILENCE_MS, channel.assertQueue(queues.work.name, queues.work.options));
    if (consumerCount === 0) return messageCount + paused === 0;

    const ask = await asker(channel, queues);
    const before = await ask.holders(consumerCount);
    const known = noteConsumers(seen, queues.work.name, before);
    const mayHaveLeft = paused > 0 && Date.now() - known.since < Math.max(...pauses) + SLACK_MS;
    if (!isFree(before, consumerCount, at) || mayHaveLeft) return false;
    if (!(await ask.passMarker())) return false;
    const after = await ask.holders(consumerCount);
    const { consumerCount: now } = await within(SILENCE_MS, channel.checkQueue(queues.work.name));
    return isFree(after, now, at) && keyOf(after) === keyOf(before);
  });
}

function isFree({ consumers, oldest }: Holders, consumerCount: number, at: number): boolean {
  return consumers.size === consumerCount && oldest > at + SLACK_MS;
}

async function messagesPaused(channel: Channel, { work, retry }: TopicQueues, pauses: readonly number[]): Promise<number> {
  await within(SILENCE_MS, declare(channel, work));
  let messages = 0;
  for (const pauseMs of pauses) messages += await within(SILENCE_MS, declare(channel, retry(pauseMs)));
  return messages;
}

function noteConsumers(seen: Map<string, SeenConsumers>, topic: string, holders: Holders): SeenConsumers {
  const key = keyOf(holders);
  const before = seen.get(topic);
  const known = before?.key === key ? before : { key, since: Date.now() };
  seen.set(topic, known);
  return known;
}

function keyOf({ consumers }: Holders): string {
  return [...consumers].sort().join();
}

/** Asks consumers, and sends markers, with a queue of its own for the answers. */
async function asker(channel: Channel, { probes, work, own }: TopicQueues) {
  const { queue: replyTo } = await channel.assertQueue(own(), { exclusive: true, durable: false });
  let heard: (content: Buffer) => void = () => undefined;
  await channel.consume(replyTo, (message) => message && heard(message.content), { noAck: true });
  const answersTo = async (ms: number, ask: () => void, isEnough: (content: Buffer) => boolean): Promise<boolean> => {
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<boolean>((resolve) => {
      heard = (content) => {
        if (isEnough(content)) resolve(true);
      };
      timer = setTimeout(() => resolve(false), ms);
    });
    ask();
    return enough.finally(() => clearTimeout(timer));
  };
  return {
    holders: async (expected: number): Promise<Holders> => {
      const consumers = new Set<string>();
      let oldest = Number.POSITIVE_INFINITY;
      const take = (content: Buffer): boolean => {
        const answer = JSON.parse(content.toString("utf8")) as HoldingsAnswer;
        consumers.add(answer.consumer);
        oldest = Math.min(oldest, answer.oldest ?? Number.POSITIVE_INFINITY);
        return consumers.size >= expected;
      };
      await answersTo(PROBE_MS, () => channel.publish(probes, "", Buffer.alloc(0), { replyTo }), take);
      return { consumers, oldest };
    },
    passMarker: (): Promise<boolean> => {
      const id = randomUUID();
      const { content, options } = marker(replyTo, id);
      return answersTo(
        MARKER_MS,
        () => channel.sendToQueue(work.name, content, options),
        (answer) => answer.toString("utf8") === id,
      );
    },
  };
}
