import {
  type CampaignStatus,
  type Instant,
  type Page,
  type PageRequest,
  pageOf,
  readCursor,
  type StoredCampaign,
} from "@crm-engine/core/ports";
import type { Row, SqlValue } from "./database/driver.js";
import { parseJson } from "./schema/columns.js";
import type { Scope } from "./schema/scope.js";
import { taken } from "./schema/versioned-rows.js";

export function insertCampaign({ db, tables }: Scope, campaign: StoredCampaign): void {
  const sql = `INSERT INTO ${tables.campaigns} (version, status, unsettled, scheduled_at, document, id) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`;
  if (db.run(sql, ...campaignValues(campaign), campaign.id) === 0) throw taken("campaign", campaign.id);
}

export function getCampaign({ db, tables }: Scope, id: string): StoredCampaign | undefined {
  const row = db.get(`SELECT document FROM ${tables.campaigns} WHERE id = ?`, id);
  return row && campaignOf(row);
}

export function listCampaigns({ db, tables }: Scope, page: PageRequest): Page<StoredCampaign> {
  const before = readCursor(page.cursor, ["string"])?.[0];
  const rows = db.all(
    `SELECT id, document FROM ${tables.campaigns} ${before === undefined ? "" : "WHERE id < ?"} ORDER BY id DESC LIMIT ?`,
    ...(before === undefined ? [] : [before]),
    page.limit + 1,
  );
  return pageOf(rows, page, ({ id }) => [String(id)], campaignOf);
}

export function findCampaignIds({ db, tables }: Scope, statuses: readonly CampaignStatus[], page: PageRequest): Page<string> {
  const sql = `SELECT id FROM ${tables.campaigns} WHERE status IN (SELECT value FROM json_each(?)) AND id > ? ORDER BY id LIMIT ?`;
  return idsOf(db.all(sql, JSON.stringify(statuses), afterId(page), page.limit + 1), page);
}

export function findScheduledIds({ db, tables }: Scope, dueBy: Instant, page: PageRequest): Page<string> {
  const after = readCursor(page.cursor, ["number", "string"]);
  const sql = `SELECT id, scheduled_at FROM ${tables.campaigns}
    WHERE scheduled_at <= ? ${after ? "AND (scheduled_at, id) > (?, ?)" : ""} ORDER BY scheduled_at, id LIMIT ?`;
  const rows = db.all(sql, dueBy, ...(after ?? []), page.limit + 1);
  return pageOf(rows, page, ({ scheduled_at, id }) => [Number(scheduled_at), String(id)], idOf);
}

export function findUnsettledIds({ db, tables }: Scope, page: PageRequest): Page<string> {
  const sql = `SELECT id FROM ${tables.campaigns} WHERE unsettled = 1 AND id > ? ORDER BY id LIMIT ?`;
  return idsOf(db.all(sql, afterId(page), page.limit + 1), page);
}

export function replaceCampaign({ db, tables }: Scope, campaign: StoredCampaign, expectedVersion: number): boolean {
  const sql = `UPDATE ${tables.campaigns} SET version = ?, status = ?, unsettled = ?, scheduled_at = ?, document = ? WHERE id = ? AND version = ?`;
  return db.run(sql, ...campaignValues(campaign), campaign.id, expectedVersion) === 1;
}

export function deleteCampaign({ db, tables }: Scope, id: string, expectedVersion: number): boolean {
  return db.run(`DELETE FROM ${tables.campaigns} WHERE id = ? AND version = ?`, id, expectedVersion) === 1;
}

/** Every id is after the empty one. */
function afterId({ cursor }: PageRequest): string {
  return readCursor(cursor, ["string"])?.[0] ?? "";
}

function idsOf(rows: readonly Row[], page: PageRequest): Page<string> {
  return pageOf(rows, page, ({ id }) => [String(id)], idOf);
}

function idOf({ id }: Row): string {
  return String(id);
}

/** `version, status, unsettled, scheduled_at, document`; `scheduled_at` only while it is scheduled. */
function campaignValues(campaign: StoredCampaign): readonly SqlValue[] {
  const { version, status, unsettled, schedule } = campaign;
  const scheduledAt = status === "scheduled" ? (schedule?.at ?? null) : null;
  return [version, status, unsettled ? 1 : 0, scheduledAt, JSON.stringify(campaign)];
}

function campaignOf(row: Row): StoredCampaign {
  return parseJson<StoredCampaign>(row.document);
}
