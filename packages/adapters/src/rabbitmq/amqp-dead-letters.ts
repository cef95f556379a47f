import {
  type MessageQueue,
  type Page,
  type PageRequest,
  pageOf,
  readCursor,
  type StoredDeadLetter,
  TOPICS,
  type Topic,
} from "@crm-engine/core/ports";
import type { Message } from "amqplib";
import { deadLetterOf, type Outgoing, revived, rewritten } from "./amqp-message.js";
import type { AmqpPublisher } from "./amqp-publisher.js";
import type { DeadQueueReader } from "./dead-queue-reader.js";
import type { TopicQueues } from "./topology.js";

type Key = readonly [deadAt: number, topic: number, id: string];
interface Found {
  readonly letter: StoredDeadLetter;
  readonly key: Key;
}

/**
 * One page by the time of death. A queue has no positions, and its order changes when messages are given back: so each page
 * reads all dead letters of its topics, and keeps no more than it needs.
 */
export async function listDeadLetters(
  reader: DeadQueueReader,
  filter: { readonly topic?: Topic },
  page: PageRequest,
): Promise<Page<StoredDeadLetter>> {
  const after = readCursor(page.cursor, ["number", "number", "string"]);
  const wanted = page.limit + 1;
  let found: Found[] = [];
  const trim = () => {
    found = found.sort((a, b) => compareKeys(a.key, b.key)).slice(0, wanted);
  };
  for (const topic of topicsOf(filter)) {
    await reader.visit(topic, async (message) => {
      const entry = foundIn(topic, message);
      if (!after || compareKeys(entry.key, after) > 0) found.push(entry);
      if (found.length >= wanted * 2 + 100) trim();
      return false;
    });
  }
  trim();
  return pageOf(
    found,
    page,
    ({ key }) => key,
    ({ letter }) => letter,
  );
}

export async function replayDeadLetters(
  reader: DeadQueueReader,
  publisher: AmqpPublisher,
  queuesOf: (topic: Topic) => TopicQueues,
  which: Parameters<MessageQueue["replay"]>[0],
): Promise<number> {
  const wanted = "ids" in which ? new Set(which.ids) : undefined;
  return moveCopies(reader, publisher, topicsOf("topic" in which ? which : {}), (topic, message) => {
    if (wanted && !wanted.has(deadLetterOf(topic, message).id)) return undefined;
    const { dead, work } = queuesOf(topic);
    return { to: [dead, work], copy: revived(message) };
  });
}

/** Copies that come to the dead queue meanwhile are not shown. */
export async function rewriteDeadLetters(
  reader: DeadQueueReader,
  publisher: AmqpPublisher,
  queuesOf: (topic: Topic) => TopicQueues,
  rewrite: Parameters<MessageQueue["rewriteDeadLetters"]>[0],
): Promise<number> {
  return moveCopies(reader, publisher, TOPICS, (topic, message) => {
    const letter = deadLetterOf(topic, message);
    const body = rewrite(letter);
    return body === undefined ? undefined : { to: [queuesOf(topic).dead], copy: rewritten(letter, body) };
  });
}

interface Move {
  readonly to: Parameters<AmqpPublisher["send"]>[0];
  readonly copy: Outgoing;
}

/** Each copy is confirmed before its dead letter is taken away: a crash between the two doubles a message, and never loses it. */
async function moveCopies(
  reader: DeadQueueReader,
  publisher: AmqpPublisher,
  topics: readonly Topic[],
  moveOf: (topic: Topic, message: Message) => Move | undefined,
): Promise<number> {
  let moved = 0;
  for (const topic of topics) {
    moved += await reader.visit(topic, async (message) => {
      const move = moveOf(topic, message);
      if (move) await publisher.send(move.to, [move.copy]);
      return move !== undefined;
    });
  }
  return moved;
}

export async function discardDeadLetters(
  reader: DeadQueueReader,
  { ids }: Parameters<MessageQueue["discard"]>[0],
): Promise<number> {
  const wanted = new Set(ids);
  let discarded = 0;
  for (const topic of TOPICS)
    discarded += await reader.visit(topic, async (message) => wanted.has(deadLetterOf(topic, message).id));
  return discarded;
}

function topicsOf({ topic }: { readonly topic?: Topic }): readonly Topic[] {
  return topic === undefined ? TOPICS : [topic];
}

function foundIn(topic: Topic, message: Message): Found {
  const letter = deadLetterOf(topic, message);
  return { letter, key: [letter.deadAt, TOPICS.indexOf(topic), letter.id] };
}

function compareKeys(a: Key, b: Key): number {
  return a[0] - b[0] || a[1] - b[1] || (a[2] < b[2] ? -1 : Number(a[2] > b[2]));
}
