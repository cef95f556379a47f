import {
  acceptedIn,
  type Batches,
  type BatchKind,
  type BatchRecord,
  batchStatus,
  EFFECTS,
  type Fates,
  type Identities,
  type Instant,
  MAX_BATCH_ERRORS,
  MAX_LISTED_ERRORS,
  MAX_REJECTIONS,
  type Page,
  type PageRequest,
  type PartRef,
  type PartState,
  pageOf,
  type Rejection,
  readCursor,
  recordOf,
  type StoredBatch,
} from "@crm-engine/core/ports";
import type { Row, SqlValue } from "./database/driver.js";
import { optionalNumber, parseJson, placeholders } from "./schema/columns.js";
import type { OperationsOf } from "./schema/operations.js";
import type { Scope } from "./schema/scope.js";

export const batches = {
  reads: { get, list, rejections, findParts, readingSince },
  writes: { insert, seal, identify, record, touch, sealAbandoned },
} satisfies OperationsOf<Batches>;

function insert(scope: Scope, batch: BatchRecord): void {
  const { id, kind, createdAt, received, truncated } = batch;
  insertRow(scope, [id, kind, createdAt, received ?? null, truncated === undefined ? null : Number(truncated)]);
}

function seal({ db, tables }: Scope, id: string, sealed: { readonly received: number; readonly truncated: boolean }): void {
  db.run(
    `UPDATE ${tables.batches} SET received = ?, truncated = ? WHERE id = ?`,
    sealed.received,
    sealed.truncated ? 1 : null,
    id,
  );
}

function findParts({ db, tables }: Scope, parts: readonly PartRef[]): readonly PartState[] {
  const read = db.prepare(`SELECT rejected, identities FROM ${tables.parts} WHERE batch_id = ? AND part = ?`);
  return parts.map(({ batchId, part }) => {
    const row = read.get(batchId, part) as Row | undefined;
    return {
      hasFates: typeof row?.rejected === "number",
      identities: typeof row?.identities === "string" ? parseJson<PartState["identities"]>(row.identities) : [],
    };
  });
}

function identify(scope: Scope, parts: readonly Identities[]): readonly PartState[] {
  const insert = scope.db.prepare(
    `INSERT INTO ${scope.tables.parts} (batch_id, part, identities) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  for (const { batchId, part, identities } of parts) insert.run(batchId, part, JSON.stringify(identities));
  return findParts(scope, parts);
}

function record(scope: Scope, fates: readonly Fates[], maxRejections = MAX_REJECTIONS): void {
  const { db, tables } = scope;
  const put = db.prepare(
    `INSERT INTO ${tables.parts} (batch_id, part, rejected, ${EFFECTS.join()}) VALUES (?, ?, ?, ${placeholders(EFFECTS.length)})
     ON CONFLICT DO UPDATE SET rejected = excluded.rejected, ${EFFECTS.map((name) => `${name} = excluded.${name}`).join()}, identities = NULL
       WHERE rejected IS NULL`,
  );
  const reject = db.prepare(
    `INSERT INTO ${tables.rejections} (batch_id, row, part, position, line, path, message) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const ofOthers = db.prepare(`SELECT ifnull(sum(rejected), 0) AS n FROM ${tables.parts} WHERE batch_id = ? AND part <> ?`);
  for (const { batchId, part, kind, single, rejections, ...effects } of fates) {
    if (single) insertRow(scope, [batchId, kind, scope.now(), acceptedIn(effects) + rejections.length, null]);
    const isFirst = Number(put.run(batchId, part, rejections.length, ...EFFECTS.map((name) => effects[name])).changes) > 0;
    if (!isFirst || rejections.length === 0) continue;
    const room = Math.max(0, maxRejections - Number((ofOthers.get(batchId, part) as Row).n));
    for (const [position, { row, line, path, message }] of rejections.slice(0, room).entries())
      reject.run(batchId, row, part, position, line ?? null, path, message);
  }
}

function get(scope: Scope, id: string): StoredBatch | undefined {
  const row = scope.db.get(`SELECT * FROM ${scope.tables.batches} WHERE id = ?`, id);
  return row && statusOf(scope, row, MAX_BATCH_ERRORS);
}

function list(scope: Scope, filter: { readonly kind?: BatchKind }, page: PageRequest): Page<StoredBatch> {
  const before = readCursor(page.cursor, ["number", "string"]);
  const tests = [...(filter.kind === undefined ? [] : ["kind = ?"]), ...(before ? ["(created_at, id) < (?, ?)"] : [])];
  const rows = scope.db.all(
    `SELECT * FROM ${scope.tables.batches} ${tests.length > 0 ? `WHERE ${tests.join(" AND ")}` : ""} ORDER BY created_at DESC, id DESC LIMIT ?`,
    ...(filter.kind === undefined ? [] : [filter.kind]),
    ...(before ?? []),
    page.limit + 1,
  );
  return pageOf(
    rows,
    page,
    (row) => [Number(row.created_at), String(row.id)],
    (row) => statusOf(scope, row, MAX_LISTED_ERRORS),
  );
}

function rejections({ db, tables }: Scope, id: string, page: PageRequest): Page<Rejection> {
  const after = readCursor(page.cursor, ["number", "number", "number"]);
  const rows = db.all(
    `SELECT row, part, position, line, path, message FROM ${tables.rejections}
     WHERE batch_id = ? ${after ? "AND (row, part, position) > (?, ?, ?)" : ""} ORDER BY row, part, position LIMIT ?`,
    id,
    ...(after ?? []),
    page.limit + 1,
  );
  return pageOf(rows, page, (row) => [Number(row.row), Number(row.part), Number(row.position)], rejectionOf);
}

function touch(scope: Scope, id: string, queued: number): void {
  scope.db.run(`UPDATE ${scope.tables.batches} SET queued = ?, touched_at = ? WHERE id = ?`, queued, scope.now(), id);
}

function readingSince({ db, tables }: Scope): Instant | undefined {
  const began = db.get(`SELECT min(created_at) AS began FROM ${tables.batches} WHERE received IS NULL`)?.began;
  return typeof began === "number" ? began : undefined;
}

function sealAbandoned(scope: Scope, idleMs: number): number {
  const sql = `UPDATE ${scope.tables.batches} SET received = queued, truncated = 1 WHERE received IS NULL AND touched_at <= ?`;
  return scope.db.run(sql, scope.after(-idleMs));
}

function insertRow(scope: Scope, values: readonly SqlValue[]): void {
  scope.db.run(
    `INSERT INTO ${scope.tables.batches} (id, kind, created_at, received, truncated, queued, touched_at) VALUES (?, ?, ?, ?, ?, 0, ?) ON CONFLICT DO NOTHING`,
    ...values,
    scope.now(),
  );
}

function statusOf({ db, tables }: Scope, row: Row, maxErrors: number): StoredBatch {
  const id = String(row.id);
  const counts = db.get(
    `SELECT ${["rejected", ...EFFECTS].map((name) => `ifnull(sum(${name}), 0) AS ${name}`).join()} FROM ${tables.parts} WHERE batch_id = ?`,
    id,
  );
  const errors = db.all(
    `SELECT row, line, path, message FROM ${tables.rejections} WHERE batch_id = ? ORDER BY row, part, position LIMIT ?`,
    id,
    maxErrors,
  );
  const batch: BatchRecord = {
    id,
    kind: row.kind as BatchKind,
    createdAt: Number(row.created_at),
    ...optionalNumber("received", row.received),
    ...(row.truncated === null ? {} : { truncated: row.truncated === 1 }),
  };
  return batchStatus(batch, {
    ...recordOf(EFFECTS, (name) => Number(counts?.[name])),
    rejected: Number(counts?.rejected),
    errors: errors.map(rejectionOf),
  });
}

function rejectionOf(row: Row): Rejection {
  return { row: Number(row.row), ...optionalNumber("line", row.line), path: String(row.path), message: String(row.message) };
}
