import { type Campaigns, MAX_CAMPAIGN_IDS, type StoredCampaign } from "@crm-engine/core/ports";
import type { Row } from "./database/driver.js";
import type { OperationsOf } from "./schema/operations.js";
import { versioned } from "./versioned.js";

const { reads, writes } = versioned<StoredCampaign>("campaigns", {
  newestFirst: true,
  columns: {
    status: ({ status }) => status,
    unsettled: ({ unsettled }) => (unsettled ? 1 : 0),
    scheduled_at: ({ status, schedule }) => (status === "scheduled" ? (schedule?.at ?? null) : null),
  },
});

export const campaigns = {
  reads: {
    ...reads,
    findIds: ({ db, tables }, statuses) => {
      const sql = `SELECT id FROM ${tables.campaigns} WHERE status IN (SELECT value FROM json_each(?)) ORDER BY id LIMIT ?`;
      return db.all(sql, JSON.stringify(statuses), MAX_CAMPAIGN_IDS).map(idOf);
    },
    findScheduled: ({ db, tables }, dueBy) => {
      const sql = `SELECT id FROM ${tables.campaigns} WHERE scheduled_at <= ? ORDER BY scheduled_at, id LIMIT ?`;
      return db.all(sql, dueBy, MAX_CAMPAIGN_IDS).map(idOf);
    },
    findUnsettled: ({ db, tables }) => {
      const sql = `SELECT id FROM ${tables.campaigns} WHERE unsettled = 1 ORDER BY id LIMIT ?`;
      return db.all(sql, MAX_CAMPAIGN_IDS).map(idOf);
    },
  },
  writes,
} satisfies OperationsOf<Campaigns>;

function idOf({ id }: Row): string {
  return String(id);
}
