import {
  CrmError,
  type MessageQueue,
  type Page,
  type PageRequest,
  pageOf,
  readCursor,
  type StoredDeadLetter,
  TOPICS,
  type Topic,
} from "@crm-engine/core/ports";
import { fieldsOf, type RawEntry, type RedisTopic } from "./redis-topic.js";

const CHUNK = 200;

type OpenTopic = (topic: Topic) => RedisTopic;
type Which = Parameters<MessageQueue["replay"]>[0];
type Position = readonly [ms: number, seq: number, topic: number];

/** One page over the dead streams of the topics, by the time of death, then by topic. */
export async function listDeadLetters(
  open: OpenTopic,
  filter: { readonly topic?: Topic },
  page: PageRequest,
): Promise<Page<StoredDeadLetter>> {
  const after = readCursor(page.cursor, ["number", "number", "number"]);
  if (after?.some((part) => !Number.isSafeInteger(part) || part < 0))
    throw new CrmError("invalid", "cursor: is not a cursor of this list");
  const wanted = page.limit + 1;
  const found = await Promise.all(
    topicsOf(filter).map(async (topic) => {
      const index = TOPICS.indexOf(topic);
      const entries = await open(topic).deadEntries(startOf(after, index), "+", wanted);
      return entries.map((entry) => ({ letter: deadLetter(topic, entry), position: positionOf(entry[0], index) }));
    }),
  );
  const merged = found.flat().sort((a, b) => comparePositions(a.position, b.position));
  return pageOf(
    merged,
    page,
    ({ position }) => position,
    ({ letter }) => letter,
  );
}

/** Puts back what is dead when it begins, so that a letter that dies again meanwhile is not put back twice. */
export function replayDeadLetters(open: OpenTopic, which: Which): Promise<number> {
  return takeAway(open, which, (topic, entries) => topic.replay(entries));
}

export function discardDeadLetters(open: OpenTopic, which: Parameters<MessageQueue["discard"]>[0]): Promise<number> {
  return takeAway(open, which, (topic, entries) => topic.discard(entries));
}

/** A rewritten entry goes to the end of its stream, and keeps the time of its death. */
export async function rewriteDeadLetters(
  open: OpenTopic,
  rewrite: Parameters<MessageQueue["rewriteDeadLetters"]>[0],
): Promise<number> {
  let rewritten = 0;
  for (const topic of TOPICS) {
    for await (const entries of deadEntries(open(topic))) {
      for (const entry of entries) {
        const body = rewrite(deadLetter(topic, entry));
        if (body !== undefined && (await open(topic).rewrite(entry[0], body))) rewritten += 1;
      }
    }
  }
  return rewritten;
}

/** What is dead when it begins. */
async function* deadEntries(topic: RedisTopic): AsyncGenerator<readonly RawEntry[]> {
  const newest = await topic.newestDeadEntry();
  for (let from = "-"; newest !== undefined; ) {
    const entries = await topic.deadEntries(from, newest, CHUNK);
    yield entries;
    const last = entries.at(-1)?.[0];
    if (last === undefined || last === newest) return;
    from = `(${last}`;
  }
}

/** Goes through what is dead when it begins; returns how many `take` says it took. */
async function takeAway(
  open: OpenTopic,
  which: Which,
  take: (topic: RedisTopic, entries: readonly string[]) => Promise<number>,
): Promise<number> {
  const wanted = "ids" in which ? new Set(which.ids) : undefined;
  let taken = 0;
  for (const topic of topicsOf("topic" in which ? which : {}).map(open)) {
    for await (const entries of deadEntries(topic)) {
      const chosen = entries.filter(([, fields]) => wanted?.has(fieldsOf(fields ?? []).id ?? "") ?? true).map(([entry]) => entry);
      if (chosen.length > 0) taken += await take(topic, chosen);
    }
  }
  return taken;
}

function topicsOf({ topic }: { readonly topic?: Topic }): readonly Topic[] {
  return topic === undefined ? TOPICS : [topic];
}

function deadLetter(topic: Topic, [entry, fields]: RawEntry): StoredDeadLetter {
  const { id = entry, body = "", reason = "", attempts = "0", deadAt = positionOf(entry, 0)[0] } = fieldsOf(fields ?? []);
  return { topic, id, body, reason, attempts: Number(attempts), deadAt: Number(deadAt) };
}

function positionOf(entry: string, topic: number): Position {
  const [ms, seq] = entry.split("-");
  return [Number(ms), Number(seq), topic];
}

/** Where a topic's part of the page after this position begins. */
function startOf(after: Position | undefined, topic: number): string {
  if (!after) return "-";
  const [ms, seq, lastTopic] = after;
  return `${topic <= lastTopic ? "(" : ""}${ms}-${seq}`;
}

function comparePositions(a: Position, b: Position): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}
