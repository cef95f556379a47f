import {
  type CommunicationLog,
  type DeliveryStatus,
  type Instant,
  type Page,
  type PageRequest,
  pageOf,
  readCursor,
} from "@crm-engine/core";
import { keyOf, LEDGER_COLUMNS, ledgerRowOf } from "../schema/communication-rows.js";
import type { Scope, Tables } from "../schema/scope.js";

export function getLedgerRow({ db, tables }: Scope, id: string): CommunicationLog | undefined {
  const row = db.get(selectRow(tables), ...keyOf(id));
  return row && ledgerRowOf(row);
}

export interface LedgerFilter {
  readonly campaignId?: string;
  readonly customerId?: string;
  readonly status?: DeliveryStatus;
}

export function listLedger({ db, tables }: Scope, filter: LedgerFilter, page: PageRequest): Page<CommunicationLog> {
  const after = readCursor(page.cursor, ["string", "string"]);
  const { campaignId, customerId, status } = filter;
  const tests = [
    ...(campaignId === undefined ? [] : ["campaign_id = ?"]),
    ...(customerId === undefined ? [] : ["customer_id = ?"]),
    ...(status === undefined ? [] : ["status = ?"]),
    ...(after ? ["(campaign_id, customer_id) > (?, ?)"] : []),
  ];
  const rows = db.all(
    `SELECT ${LEDGER_COLUMNS} FROM ${tables.ledger}
     ${tests.length > 0 ? `WHERE ${tests.join(" AND ")}` : ""} ORDER BY campaign_id, customer_id LIMIT ?`,
    ...[campaignId, customerId, status].filter((value) => value !== undefined),
    ...(after ?? []),
    page.limit + 1,
  );
  return pageOf(rows, page, (row) => [String(row.campaign_id), String(row.customer_id)], ledgerRowOf);
}

/** Takes the address from a customer's rows in every campaign. */
export function forgetAddresses({ db, tables }: Scope, customerId: string): void {
  db.run(`UPDATE ${tables.ledger} SET address = NULL WHERE customer_id = ? AND address IS NOT NULL`, customerId);
}

export function selectRow({ ledger }: Tables): string {
  return `SELECT ${LEDGER_COLUMNS} FROM ${ledger} WHERE campaign_id = ? AND customer_id = ?`;
}

export interface OpenRows {
  readonly pending: boolean;
  readonly claimed: boolean;
  readonly nextDueAt?: Instant;
}

/** One statement, since a row may go from one state to the other at any time and would be seen by neither of two. */
export function openRows({ db, tables }: Scope, campaignId: string): OpenRows {
  const open = db.get(
    `SELECT (SELECT min(due_at) FROM ${tables.ledger} WHERE campaign_id = ?1 AND status = 'pending') AS next_due_at,
       EXISTS (SELECT 1 FROM ${tables.ledger} INDEXED BY ${tables.ledger}_claimed WHERE campaign_id = ?1 AND status = 'claimed') AS any_claimed`,
    campaignId,
  );
  const next = open?.next_due_at;
  return {
    pending: typeof next === "number",
    claimed: open?.any_claimed === 1,
    ...(typeof next === "number" ? { nextDueAt: next } : {}),
  };
}
