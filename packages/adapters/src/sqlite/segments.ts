import { type Page, type PageRequest, pageOf, readCursor, type StoredSegment } from "@crm-engine/core/ports";
import type { Row } from "./database/driver.js";
import { parseJson } from "./schema/columns.js";
import type { Scope } from "./schema/scope.js";
import { taken } from "./schema/versioned-rows.js";

export function insertSegment({ db, tables }: Scope, segment: StoredSegment): void {
  const sql = `INSERT INTO ${tables.segments} (id, version, document) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`;
  if (db.run(sql, segment.id, segment.version, JSON.stringify(segment)) === 0) throw taken("segment", segment.id);
}

export function getSegment({ db, tables }: Scope, id: string): StoredSegment | undefined {
  const row = db.get(`SELECT document FROM ${tables.segments} WHERE id = ?`, id);
  return row && segmentOf(row);
}

export function listSegments({ db, tables }: Scope, page: PageRequest): Page<StoredSegment> {
  const after = readCursor(page.cursor, ["string"])?.[0] ?? "";
  const rows = db.all(`SELECT id, document FROM ${tables.segments} WHERE id > ? ORDER BY id LIMIT ?`, after, page.limit + 1);
  return pageOf(rows, page, ({ id }) => [String(id)], segmentOf);
}

export function replaceSegment({ db, tables }: Scope, segment: StoredSegment, expectedVersion: number): boolean {
  const sql = `UPDATE ${tables.segments} SET version = ?, document = ? WHERE id = ? AND version = ?`;
  return db.run(sql, segment.version, JSON.stringify(segment), segment.id, expectedVersion) === 1;
}

export function deleteSegment({ db, tables }: Scope, id: string): boolean {
  return db.run(`DELETE FROM ${tables.segments} WHERE id = ?`, id) === 1;
}

function segmentOf(row: Row): StoredSegment {
  return parseJson<StoredSegment>(row.document);
}
