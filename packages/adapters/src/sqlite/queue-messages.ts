import {
  type Instant,
  type Page,
  type PageRequest,
  pageOf,
  type QueueDepth,
  type QueueMessage,
  readCursor,
  type StoredDeadLetter,
  type Topic,
} from "@crm-engine/core/ports";
import type { Row } from "./database/driver.js";
import { purge } from "./database/purge.js";
import type { Operations, PortOf } from "./schema/operations.js";
import type { Scope } from "./schema/scope.js";

/** A message during whose handling so many consumers died is taken to be the cause, and becomes a dead letter. */
const MAX_DEATHS = 50;
const MAX_PAUSE_MS = 30_000;

/** One delivery of a message. Settling has no effect once a later delivery, with another number, has begun. */
export interface DeliveryRef {
  readonly seq: number;
  readonly delivery: number;
}

export interface Delivered extends DeliveryRef, QueueMessage {
  readonly attempts: number;
}

/** What a turn leads to: messages to handle, and those that became dead letters, of the subscription's or of its topic. */
export interface TurnOutcome {
  readonly messages: readonly Delivered[];
  readonly buried: readonly Buried[];
}

type Buried = Pick<StoredDeadLetter, "id" | "attempts" | "reason">;

/** What a subscription reports of its messages, and how many more it has room for. */
export interface Turn {
  readonly done: readonly DeliveryRef[];
  readonly refused: readonly (DeliveryRef & { readonly reason: string })[];
  readonly returned: readonly (DeliveryRef & { readonly delayMs: number })[];
  readonly renewed: readonly DeliveryRef[];
  readonly want: number;
  readonly leaseMs: number;
  readonly maxAttempts: number;
  /** Pause after the first refusal. */
  readonly retryDelayMs: number;
}

export const queue = {
  reads: { depth, deadLetters, lastDeadLetter, deadRows, mark, isPast },
  writes: { publish, takeTurn, replay, discard, rewrite },
  peeks: { dueTopics, purgeOwn },
} satisfies Operations;
/** The operations as functions that run on the threads. */
export type QueueCalls = PortOf<typeof queue>;

function publish(scope: Scope, topic: Topic, messages: readonly QueueMessage[]): void {
  const now = scope.now();
  const insert = scope.db.prepare(
    `INSERT INTO ${scope.tables.messages} (topic, visible_at, leased, created_at, attempts, deaths, deliveries, id, body) VALUES (?, ?, 0, ?, 0, 0, 0, ?, ?)`,
  );
  for (const { id, body } of messages) insert.run(topic, now, now, id, body);
}

/** Settles, renews and claims in one transaction. A message in a handler is invisible until its lease ends. */
function takeTurn(scope: Scope, topic: Topic, turn: Turn): TurnOutcome {
  const { db, tables } = scope;
  const remove = db.prepare(`DELETE FROM ${tables.messages} WHERE seq = ? AND deliveries = ?`);
  for (const { seq, delivery } of turn.done) remove.run(seq, delivery);
  const refused = refuse(scope, turn);
  const show = db.prepare(`UPDATE ${tables.messages} SET leased = ?, visible_at = ? WHERE seq = ? AND deliveries = ?`);
  for (const { seq, delivery, delayMs } of turn.returned) show.run(0, scope.after(delayMs), seq, delivery);
  for (const { seq, delivery } of turn.renewed) show.run(1, scope.after(turn.leaseMs), seq, delivery);
  const { messages, buried } = turn.want > 0 ? claim(scope, topic, turn) : { messages: [], buried: [] };
  return { messages, buried: [...refused, ...buried] };
}

/** Which of the topics have a message to deliver. */
function dueTopics(scope: Scope, topics: readonly Topic[]): readonly Topic[] {
  const now = scope.now();
  const first = scope.db.prepare(`SELECT min(visible_at) AS at FROM ${scope.tables.messages} WHERE topic = ?`);
  return topics.filter((topic) => {
    const at = (first.get(topic) as Row | undefined)?.at;
    return typeof at === "number" && at <= now;
  });
}

function depth(scope: Scope, topic: Topic): QueueDepth {
  const { db, tables } = scope;
  const now = scope.now();
  const waiting = db.get(
    `SELECT count(*) AS n, min(iif(leased = 0 OR visible_at <= ?, created_at, NULL)) AS oldest FROM ${tables.messages} WHERE topic = ?`,
    now,
    topic,
  );
  const dead = db.get(`SELECT count(*) AS n FROM ${tables.dead_letters} WHERE topic = ?`, topic);
  const oldest = waiting?.oldest;
  return {
    topic,
    messages: Number(waiting?.n),
    deadLetters: Number(dead?.n),
    ...(typeof oldest === "number" ? { oldestAgeMs: Math.max(0, now - oldest) } : {}),
  };
}

function deadLetters({ db, tables }: Scope, filter: { readonly topic?: Topic }, page: PageRequest): Page<StoredDeadLetter> {
  const after = readCursor(page.cursor, ["number"])?.[0] ?? 0;
  const rows = db.all(
    `SELECT seq, topic, id, body, reason, attempts, dead_at FROM ${tables.dead_letters}
     WHERE seq > ? ${filter.topic === undefined ? "" : "AND topic = ?"} ORDER BY seq LIMIT ?`,
    after,
    ...(filter.topic === undefined ? [] : [filter.topic]),
    page.limit + 1,
  );
  return pageOf(rows, page, ({ seq }) => [Number(seq)], deadLetterOf);
}

/** Up to `limit` dead letters become messages again; returns the topic of each. */
function replay(
  scope: Scope,
  which: { readonly ids: readonly string[] } | { readonly topic: Topic; readonly upTo: number },
  limit: number,
): readonly Topic[] {
  const { db, tables } = scope;
  const test = "ids" in which ? "id IN (SELECT value FROM json_each(?))" : "topic = ? AND seq <= ?";
  const values = "ids" in which ? [JSON.stringify(which.ids)] : [which.topic, which.upTo];
  const letters = db.all(
    `SELECT seq, topic, id, body FROM ${tables.dead_letters} WHERE ${test} ORDER BY seq LIMIT ?`,
    ...values,
    limit,
  );
  const remove = db.prepare(`DELETE FROM ${tables.dead_letters} WHERE seq = ?`);
  return letters.map(({ seq, topic, id, body }) => {
    remove.run(seq ?? null);
    publish(scope, topic as Topic, [{ id: String(id), body: String(body) }]);
    return topic as Topic;
  });
}

/** Returns how many. */
function discard({ db, tables }: Scope, ids: readonly string[]): number {
  return db.run(`DELETE FROM ${tables.dead_letters} WHERE id IN (SELECT value FROM json_each(?))`, JSON.stringify(ids));
}

/** A dead letter with its place. */
export interface DeadRow {
  readonly seq: number;
  readonly letter: StoredDeadLetter;
}

function deadRows({ db, tables }: Scope, after: number, limit: number): readonly DeadRow[] {
  const sql = `SELECT seq, topic, id, body, reason, attempts, dead_at FROM ${tables.dead_letters} WHERE seq > ? ORDER BY seq LIMIT ?`;
  return db.all(sql, after, limit).map((row) => ({ seq: Number(row.seq), letter: deadLetterOf(row) }));
}

/** Returns how many were still there. */
function rewrite({ db, tables }: Scope, bodies: readonly { readonly seq: number; readonly body: string }[]): number {
  const write = db.prepare(`UPDATE ${tables.dead_letters} SET body = ? WHERE seq = ?`);
  return bodies.reduce((sum, { seq, body }) => sum + Number(write.run(body, seq).changes), 0);
}

/** Numbers are given once, and a message keeps its own until it is settled. */
function mark({ db, tables }: Scope): string {
  return String(db.get("SELECT seq FROM sqlite_sequence WHERE name = ?", tables.messages)?.seq ?? 0);
}

function isPast({ db, tables }: Scope, topic: Topic, marked: string): boolean {
  const sql = `SELECT 1 FROM ${tables.messages} WHERE seq <= ? AND topic = ? LIMIT 1`;
  return db.get(sql, Number(marked), topic) === undefined;
}

/** A file that is the queue's alone; where a store knows of erasures, its own purge follows. */
function purgeOwn(scope: Scope): boolean {
  return scope.db.get(`SELECT 1 FROM ${scope.tables.erasures} LIMIT 1`) !== undefined || purge(scope);
}

function lastDeadLetter({ db, tables }: Scope): number {
  return Number(db.get(`SELECT coalesce(max(seq), 0) AS seq FROM ${tables.dead_letters}`)?.seq);
}

function refuse(scope: Scope, { refused, maxAttempts, retryDelayMs }: Turn): readonly Buried[] {
  const { db, tables } = scope;
  const now = scope.now();
  const count = db.prepare(
    `UPDATE ${tables.messages} SET leased = 0, attempts = attempts + 1, visible_at = ? WHERE seq = ? AND deliveries = ?`,
  );
  const read = db.prepare(`SELECT attempts FROM ${tables.messages} WHERE seq = ? AND deliveries = ?`);
  return refused.flatMap(({ seq, delivery, reason }) => {
    const before = (read.get(seq, delivery) as Row | undefined)?.attempts;
    if (typeof before !== "number") return [];
    count.run(scope.after(pauseMs(retryDelayMs, before)), seq, delivery);
    return before + 1 >= maxAttempts ? bury(scope, seq, reason, now) : [];
  });
}

function claim(scope: Scope, topic: Topic, { want, leaseMs }: Turn): TurnOutcome {
  const { db, tables } = scope;
  const now = scope.now();
  const rows = db.all(
    `UPDATE ${tables.messages} SET leased = 1, visible_at = ?, deliveries = deliveries + 1, deaths = deaths + leased WHERE seq IN (
       SELECT seq FROM ${tables.messages} WHERE topic = ? AND visible_at <= ? ORDER BY visible_at, leased, created_at, seq LIMIT ?)
     RETURNING seq, deliveries, deaths, attempts, id, body`,
    scope.after(leaseMs),
    topic,
    now,
    want,
  );
  const messages: Delivered[] = [];
  const buried: Buried[] = [];
  for (const { seq, deliveries, deaths, attempts, id, body } of rows) {
    if (Number(deaths) >= MAX_DEATHS)
      buried.push(...bury(scope, Number(seq), `its consumer died ${MAX_DEATHS} times with it in hand`, now));
    else
      messages.push({
        seq: Number(seq),
        delivery: Number(deliveries),
        attempts: Number(attempts) + 1,
        id: String(id),
        body: String(body),
      });
  }
  messages.sort((a, b) => a.seq - b.seq);
  return { messages, buried };
}

function bury({ db, tables }: Scope, seq: number, reason: string, now: Instant): readonly Buried[] {
  const rows = db.all(
    `INSERT INTO ${tables.dead_letters} (topic, dead_at, attempts, reason, id, body) SELECT topic, ?, attempts, ?, id, body FROM ${tables.messages} WHERE seq = ?
     RETURNING id, attempts`,
    now,
    reason,
    seq,
  );
  db.run(`DELETE FROM ${tables.messages} WHERE seq = ?`, seq);
  return rows.map(({ id, attempts }) => ({ id: String(id), attempts: Number(attempts), reason }));
}

/** Exponential backoff with equal jitter, so that messages refused together don't come back together. */
function pauseMs(firstMs: number, refusals: number): number {
  return Math.min(MAX_PAUSE_MS, firstMs * 2 ** Math.min(refusals, 20)) * (0.5 + Math.random() / 2);
}

function deadLetterOf(row: Row): StoredDeadLetter {
  return {
    id: String(row.id),
    body: String(row.body),
    topic: row.topic as Topic,
    reason: String(row.reason),
    attempts: Number(row.attempts),
    deadAt: Number(row.dead_at),
  };
}
