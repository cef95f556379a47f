import {
  type DeliveryStatus,
  type Instant,
  type Page,
  type PageRequest,
  pageOf,
  readCursor,
  type StoredCommunication,
} from "@crm-engine/core/ports";
import { COMMUNICATION_COLUMNS, communicationOf, keyOf } from "../schema/communication-rows.js";
import type { Scope, Tables } from "../schema/scope.js";

export function getCommunication({ db, tables }: Scope, id: string): StoredCommunication | undefined {
  const row = db.get(selectRow(tables), ...keyOf(id));
  return row && communicationOf(row);
}

export interface CommunicationFilter {
  readonly campaignId?: string;
  readonly customerId?: string;
  readonly status?: DeliveryStatus;
}

export function listCommunications(
  { db, tables }: Scope,
  filter: CommunicationFilter,
  page: PageRequest,
): Page<StoredCommunication> {
  const after = readCursor(page.cursor, ["string", "string"]);
  const { campaignId, customerId, status } = filter;
  const tests = [
    ...(campaignId === undefined ? [] : ["campaign_id = ?"]),
    ...(customerId === undefined ? [] : ["customer_id = ?"]),
    ...(status === undefined ? [] : ["status = ?"]),
    ...(after ? ["(campaign_id, customer_id) > (?, ?)"] : []),
  ];
  const rows = db.all(
    `SELECT ${COMMUNICATION_COLUMNS} FROM ${tables.communications}
     ${tests.length > 0 ? `WHERE ${tests.join(" AND ")}` : ""} ORDER BY campaign_id, customer_id LIMIT ?`,
    ...[campaignId, customerId, status].filter((value) => value !== undefined),
    ...(after ?? []),
    page.limit + 1,
  );
  return pageOf(rows, page, (row) => [String(row.campaign_id), String(row.customer_id)], communicationOf);
}

/** Takes the address from a customer's rows in every campaign. */
export function forgetAddresses({ db, tables }: Scope, customerId: string): void {
  db.run(`UPDATE ${tables.communications} SET address = NULL WHERE customer_id = ? AND address IS NOT NULL`, customerId);
}

export function selectRow({ communications }: Tables): string {
  return `SELECT ${COMMUNICATION_COLUMNS} FROM ${communications} WHERE campaign_id = ? AND customer_id = ?`;
}

export interface Remaining {
  readonly pending: boolean;
  readonly claimed: boolean;
  readonly nextDueAt?: Instant;
}

/** One statement, since a row may go from one state to the other at any time and would be seen by neither of two. */
export function remainingOf({ db, tables }: Scope, campaignId: string): Remaining {
  const open = db.get(
    `SELECT (SELECT min(due_at) FROM ${tables.communications} WHERE campaign_id = ?1 AND status = 'pending') AS next_due_at,
       EXISTS (SELECT 1 FROM ${tables.communications} INDEXED BY ${tables.communications}_claimed WHERE campaign_id = ?1 AND status = 'claimed') AS any_claimed`,
    campaignId,
  );
  const next = open?.next_due_at;
  return {
    pending: typeof next === "number",
    claimed: open?.any_claimed === 1,
    ...(typeof next === "number" ? { nextDueAt: next } : {}),
  };
}
