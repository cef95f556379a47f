import {
  type Campaigns,
  foldText,
  type Page,
  type PageRequest,
  pageOf,
  readCursor,
  type StoredCampaign,
} from "@crm-engine/core/ports";
import type { Row, SqlValue } from "./database/driver.js";
import { parseJson } from "./schema/columns.js";
import type { OperationsOf } from "./schema/operations.js";
import { versioned } from "./versioned.js";

const { reads, writes } = versioned<StoredCampaign>("campaigns", {
  newestFirst: true,
  columns: {
    status: ({ status }) => status,
    unsettled: ({ unsettled }) => (unsettled ? 1 : 0),
    scheduled_at: ({ status, schedule }) => (status === "scheduled" ? (schedule?.at ?? null) : null),
    archived: ({ archived }) => (archived ? 1 : 0),
    name_folded: ({ name }) => foldText(name),
  },
});

export const campaigns = {
  reads: {
    ...reads,
    find: ({ db, tables }, { archived, status, search }, page) => {
      const tests: readonly (readonly [string, SqlValue | undefined])[] = [
        ["archived = ?", archived ? 1 : 0],
        ["status = ?", status],
        ["instr(name_folded, ?) > 0", search],
        ["id < ?", readCursor(page.cursor, ["string"])?.[0]],
      ];
      const asked = tests.flatMap(([test, value]) => (value === undefined ? [] : [{ test, value }]));
      const where = asked.map(({ test }) => test).join(" AND ");
      const sql = `SELECT id, document FROM ${tables.campaigns} WHERE ${where} ORDER BY id DESC LIMIT ?`;
      const rows = db.all(sql, ...asked.map(({ value }) => value), page.limit + 1);
      return pageOf(
        rows,
        page,
        ({ id }) => [String(id)],
        ({ document }) => parseJson<StoredCampaign>(document),
      );
    },
    findIds: ({ db, tables }, statuses, page) => {
      const sql = `SELECT id FROM ${tables.campaigns} WHERE status IN (SELECT value FROM json_each(?)) AND id > ? ORDER BY id LIMIT ?`;
      return idsOf(db.all(sql, JSON.stringify(statuses), afterId(page), page.limit + 1), page);
    },
    findScheduled: ({ db, tables }, dueBy, page) => {
      const after = readCursor(page.cursor, ["number", "string"]);
      const sql = `SELECT id, scheduled_at FROM ${tables.campaigns}
        WHERE scheduled_at <= ? ${after ? "AND (scheduled_at, id) > (?, ?)" : ""} ORDER BY scheduled_at, id LIMIT ?`;
      const rows = db.all(sql, dueBy, ...(after ?? []), page.limit + 1);
      return pageOf(rows, page, ({ scheduled_at, id }) => [Number(scheduled_at), String(id)], idOf);
    },
    findUnsettled: ({ db, tables }, page) => {
      const sql = `SELECT id FROM ${tables.campaigns} WHERE unsettled = 1 AND id > ? ORDER BY id LIMIT ?`;
      return idsOf(db.all(sql, afterId(page), page.limit + 1), page);
    },
  },
  writes,
} satisfies OperationsOf<Campaigns>;

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
