import {
  type Channel,
  type DeliveryStatus,
  type Evidence,
  logId,
  RECEIPT_STATUSES,
  type StoredCommunication,
  splitLogId,
} from "@crm-engine/core/ports";
import type { Row, SqlValue } from "../database/driver.js";
import { optionalNumber, optionalText } from "./columns.js";
import type { Tables } from "./scope.js";

/** Columns that `communicationOf` reads. */
export const COMMUNICATION_COLUMNS = [
  "campaign_id, customer_id, channel, status, reason, address, address_hash, generation, reopening, attempts, first_call_at, epoch, lease_until, vendor_message_id",
  "handed_over_at, waited_until, planned_at, due_at, updated_at",
  ...RECEIPT_STATUSES.map((status) => `${status}_at`),
].join(", ");

export function communicationOf(row: Row): StoredCommunication {
  const campaignId = String(row.campaign_id);
  const customerId = String(row.customer_id);
  return {
    id: logId(campaignId, customerId),
    campaignId,
    customerId,
    channel: row.channel as Channel,
    status: row.status as DeliveryStatus,
    ...optionalText("reason", row.reason),
    ...optionalText("to", row.address),
    ...optionalText("addressHash", row.address_hash),
    generation: Number(row.generation),
    reopening: Number(row.reopening),
    attempts: Number(row.attempts),
    ...optionalNumber("firstCallAt", row.first_call_at),
    ...optionalNumber("handedOverAt", row.handed_over_at),
    ...optionalNumber("waitedUntil", row.waited_until),
    ...optionalText("vendorMessageId", row.vendor_message_id),
    evidence: Object.assign({}, ...RECEIPT_STATUSES.map((status) => optionalNumber(status, row[`${status}_at`]))) as Evidence,
    plannedAt: Number(row.planned_at),
    dueAt: Number(row.due_at),
    updatedAt: Number(row.updated_at),
  };
}

/** The key of a row: its campaign and its customer. Nulls, which match nothing, where the text is not a row's id. */
export function keyOf(id: string): readonly [SqlValue, SqlValue] {
  const parts = splitLogId(id);
  return parts ? [parts.campaignId, parts.customerId] : [null, null];
}

/** Selects a row by its key. */
export function selectRow({ communications }: Tables): string {
  return `SELECT ${COMMUNICATION_COLUMNS} FROM ${communications} WHERE campaign_id = ? AND customer_id = ?`;
}
