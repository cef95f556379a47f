import { type StoredErasure, withProgress } from "../../model/erasure.js";
import { recordFrom } from "../../model/record-of.js";
import { TOPICS, type Topic } from "../../ports/queue.js";
import type { EngineParts } from "../engine-parts.js";
import { eraseRecord, requestOf } from "./erase-customer.js";
import { deadLetterStripper } from "./strip-dead-letter.js";

const LEASE = "erasures";
/** Two workers at once do no harm, only the same twice. */
const LEASE_MS = 10_000;
const AT_ONCE = 1_000;

/**
 * Takes erasures on: once everything that was accepted before them is queued, notes where the topics stand; once all that was queued by
 * then is settled, strips dead letters and completes them. Each step can be done again, by whichever worker. True when something was done.
 */
export async function finishErasures(parts: EngineParts): Promise<boolean> {
  const { store } = parts;
  const running = await store.erasures.running(AT_ONCE);
  if (running.length === 0) return false;
  const epoch = await store.leases.acquire(LEASE, LEASE_MS);
  if (epoch === undefined) return false;
  try {
    const marked = await markTopics(parts, running);
    const waiting = running.filter(({ marks }) => marks !== undefined);
    const settled = await settle(
      parts,
      waiting.filter((erasure) => !isPast(erasure)),
    );
    const completed = await complete(parts, [...waiting.filter(isPast), ...settled]);
    return marked + settled.length + completed > 0;
  } finally {
    await store.leases.release(LEASE, epoch);
  }
}

/** Rows are stamped before they are queued: those of uploads when they are read, which may be long before. */
async function markTopics(parts: EngineParts, running: readonly StoredErasure[]): Promise<number> {
  const { store, queue, clock } = parts;
  const unmarked = running.filter(({ marks }) => marks === undefined);
  if (unmarked.length === 0) return 0;
  const queuedUpTo = Math.min(await clock(), (await store.batches.readingSince()) ?? Number.POSITIVE_INFINITY) * 1_000;
  const fresh = unmarked.filter(({ stamp }) => stamp < queuedUpTo);
  if (fresh.length === 0) return 0;
  for (const erasure of fresh) await eraseRecord(parts, requestOf(erasure));
  const marks = recordFrom(await Promise.all(TOPICS.map(async (topic) => [topic, await queue.mark(topic)] as const)));
  await stripDeadLetters(parts, fresh);
  await store.erasures.advance(fresh.map((erasure) => withProgress(erasure, { marks, completedAt: undefined })));
  return fresh.length;
}

/** All topics are past its marks. */
function isPast({ marks }: StoredErasure): boolean {
  return marks !== undefined && Object.keys(marks).length === 0;
}

/**
 * Looks which topics are past which marks; what is not past an earlier mark is not past a later one. Of erasures that wait for none any more,
 * what was applied meanwhile goes, and what dead letters hold. Returns these.
 */
async function settle(parts: EngineParts, waiting: readonly StoredErasure[]): Promise<readonly StoredErasure[]> {
  const { store, queue } = parts;
  const known = new Map<string, boolean>();
  const blocked = new Set<Topic>();
  const looked: StoredErasure[] = [];
  for (const erasure of waiting) {
    const left: [Topic, string][] = [];
    for (const topic of TOPICS) {
      const mark = erasure.marks?.[topic];
      if (mark === undefined) continue;
      const key = `${topic} ${mark}`;
      if (!blocked.has(topic) && !known.has(key)) known.set(key, await queue.isPast(topic, mark));
      if (known.get(key)) continue;
      blocked.add(topic);
      left.push([topic, mark]);
    }
    if (left.length < Object.keys(erasure.marks ?? {}).length)
      looked.push(withProgress(erasure, { marks: recordFrom(left), completedAt: undefined }));
  }
  const settled = looked.filter(isPast);
  for (const erasure of settled) await eraseRecord(parts, requestOf(erasure));
  if (settled.length > 0) await stripDeadLetters(parts, settled);
  if (looked.length > 0) await store.erasures.advance(looked);
  return settled;
}

/** What they left in the store's files goes last. */
async function complete({ store, clock }: EngineParts, past: readonly StoredErasure[]): Promise<number> {
  if (past.length === 0 || !(await store.erasures.purge())) return 0;
  const completedAt = await clock();
  await store.erasures.advance(past.map((erasure) => withProgress(erasure, { marks: {}, completedAt })));
  return past.length;
}

async function stripDeadLetters({ queue, context, addresses }: EngineParts, erasures: readonly StoredErasure[]): Promise<void> {
  await queue.rewriteDeadLetters(deadLetterStripper(erasures, { context, hasher: await addresses() }));
}
