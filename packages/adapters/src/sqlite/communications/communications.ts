import {
  type CampaignStats,
  type Channel,
  type CommunicationLog,
  DELIVERY_STATUSES,
  type DeliveryFact,
  type DeliveryStatus,
  foldFact,
  type Page,
  type PageRequest,
  type PlanRange,
  pageOf,
  RECEIPT_STATUSES,
  readCursor,
} from "@crm-engine/core";
import type { Row } from "../database/driver.js";
import { compileCondition } from "../query/compile-condition.js";
import { keyOf, LEDGER_COLUMNS, ledgerRowOf } from "../schema/communication-rows.js";
import type { Scope, Tables } from "../schema/scope.js";

const MINUTE_MS = 60_000;

export function planRange(scope: Scope, range: PlanRange): number {
  const { db, tables } = scope;
  const { sql, values } = compileCondition(range.condition, { tables, figures: "apart" });
  const now = scope.now();
  const after = range.after === undefined ? [] : [range.after];
  const upTo = range.upTo === undefined ? [] : [range.upTo];
  const fence = range.epoch === undefined ? [] : [range.campaignId, range.epoch];
  const isPlanner = `EXISTS (SELECT 1 FROM ${tables.campaigns} WHERE id = ? AND status = 'planning' AND document ->> '$.plan.epoch' = ?)`;
  return db.run(
    `INSERT INTO ${tables.ledger} (campaign_id, customer_id, channel, status, generation, round, attempts, epoch, calling, planned_at, due_at, updated_at)
     SELECT ?, c.id, ?, 'pending', 1, 0, 0, 0, 0, ?, ?, ? FROM ${tables.customers} c
     WHERE c.erased = 0 AND ${sql} ${after.length > 0 ? "AND c.id > ?" : ""} ${upTo.length > 0 ? "AND c.id <= ?" : ""} ${fence.length > 0 ? `AND ${isPlanner}` : ""} ORDER BY c.id
     ON CONFLICT DO NOTHING`,
    range.campaignId,
    range.channel,
    range.plannedAt,
    Math.min(range.plannedAt, now),
    now,
    ...values,
    ...after,
    ...upTo,
    ...fence,
  );
}

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

export function ledgerStats({ db, tables }: Scope, campaignId: string): CampaignStats {
  const counts = Object.fromEntries(DELIVERY_STATUSES.map((status) => [status, 0])) as Record<DeliveryStatus, number>;
  const engaged = { opened: 0, clicked: 0, complained: 0, unsubscribed: 0 };
  const reasons = { skipped: {} as Record<string, number>, failed: {} as Record<string, number> };
  const rows = db.all(
    `SELECT status, iif(status IN ('skipped', 'failed'), reason, NULL) AS why, count(*) AS n, count(opened_at) AS opened, count(clicked_at) AS clicked,
       count(complained_at) AS complained, count(unsubscribed_at) AS unsubscribed
     FROM ${tables.ledger} WHERE campaign_id = ? GROUP BY 1, 2`,
    campaignId,
  );
  for (const row of rows) {
    counts[row.status as DeliveryStatus] += Number(row.n);
    for (const key of Object.keys(engaged) as (keyof typeof engaged)[]) engaged[key] += Number(row[key]);
    if (row.status === "skipped" || row.status === "failed") reasons[row.status][String(row.why ?? row.status)] = Number(row.n);
  }
  const total = Object.values(counts).reduce((sum, n) => sum + n, 0);
  return {
    ...counts,
    ...engaged,
    total,
    skippedBy: reasons.skipped,
    failedBy: reasons.failed,
    timeline: timeline({ db, tables }, campaignId),
  };
}

/** All facts in one transaction; each row is read and written once. */
export function recordFacts(scope: Scope, facts: readonly DeliveryFact[]): ReadonlyMap<string, Channel> {
  const { db, tables } = scope;
  const now = scope.now();
  const read = db.prepare(selectRow(tables));
  const write = db.prepare(
    `UPDATE ${tables.ledger} SET status = ?, reason = ?, vendor_message_id = ?, ${RECEIPT_STATUSES.map((name) => `${name}_at = ?`).join(", ")}, updated_at = ?
     WHERE campaign_id = ? AND customer_id = ?`,
  );
  const folded = new Map<string, { readonly before: CommunicationLog; readonly after: CommunicationLog }>();
  for (const fact of facts) {
    const known = folded.get(fact.logId);
    const row = known ? undefined : (read.get(...keyOf(fact.logId)) as Row | undefined);
    const before = known?.before ?? (row && ledgerRowOf(row));
    if (before) folded.set(fact.logId, { before, after: foldFact(known?.after ?? before, fact) });
  }
  for (const [id, { before, after }] of folded) {
    if (after === before) continue;
    const evidence = RECEIPT_STATUSES.map((name) => after.evidence[name] ?? null);
    write.run(after.status, after.reason ?? null, after.vendorMessageId ?? null, ...evidence, now, ...keyOf(id));
  }
  return new Map([...folded].map(([id, { before }]) => [id, before.channel]));
}

function timeline({ db, tables }: Pick<Scope, "db" | "tables">, campaignId: string): CampaignStats["timeline"] {
  const seen = ["sent", "delivered", "failed"].map(
    (name) =>
      `SELECT ${name}_at / ${MINUTE_MS} AS minute, '${name}' AS name, count(*) AS n FROM ${tables.ledger} WHERE campaign_id = ?1 AND ${name}_at IS NOT NULL GROUP BY 1`,
  );
  const minutes = new Map<number, { at: number; sent: number; delivered: number; failed: number }>();
  for (const { minute, name, n } of db.all(`${seen.join(" UNION ALL ")} ORDER BY minute`, campaignId)) {
    const at = Number(minute) * MINUTE_MS;
    const entry = minutes.get(at) ?? { at, sent: 0, delivered: 0, failed: 0 };
    minutes.set(at, { ...entry, [String(name)]: Number(n) });
  }
  return [...minutes.values()];
}

/** Takes the address from a customer's rows in every campaign. */
export function forgetAddresses({ db, tables }: Scope, customerId: string): void {
  db.run(`UPDATE ${tables.ledger} SET address = NULL WHERE customer_id = ? AND address IS NOT NULL`, customerId);
}

function selectRow({ ledger }: Tables): string {
  return `SELECT ${LEDGER_COLUMNS} FROM ${ledger} WHERE campaign_id = ? AND customer_id = ?`;
}
