import {
  type CommunicationFilter,
  compareCodePoints,
  type DeliveryStatus,
  encodeCursor,
  FOUND_KEY,
  type FoundBy,
  findRows,
  type Page,
  type PageRequest,
  pageOf,
  type RowLook,
  readCursor,
  type StoredCommunication,
  statusesWanted,
} from "@crm-engine/core/ports";
import type { Row, SqlValue } from "../database/driver.js";
import { COMMUNICATION_COLUMNS, communicationOf } from "../schema/communication-rows.js";
import type { Scope } from "../schema/scope.js";

export function listRows({ db, tables }: Scope, filter: CommunicationFilter, page: PageRequest): Page<StoredCommunication> {
  const { campaignId, customerId, reason } = filter;
  const after = readCursor(page.cursor, ["string", "string"]);
  const index = campaignId === undefined || reason === undefined ? "" : `INDEXED BY ${tables.communications}_reason`;
  const read = (one?: DeliveryStatus): readonly Row[] => {
    const asked = { "campaign_id = ?": campaignId, "customer_id = ?": customerId, "status = ?": one, "reason = ?": reason };
    const tests = Object.entries(asked).filter(([, value]) => value !== undefined) as [string, string][];
    const where = [...tests.map(([test]) => test), ...(after ? ["(campaign_id, customer_id) > (?, ?)"] : [])].join(" AND ");
    return db.all(
      `SELECT ${COMMUNICATION_COLUMNS} FROM ${tables.communications} ${index}
       ${where === "" ? "" : `WHERE ${where}`} ORDER BY campaign_id, customer_id LIMIT ?`,
      ...tests.map(([, value]) => value),
      ...(after ?? []),
      page.limit + 1,
    );
  };
  const statuses = statusesWanted(filter);
  // Of several statuses each by itself: only then does an index have the rows of a reason by id.
  const rows = statuses ? statuses.flatMap(read).sort(byKey) : read();
  return pageOf(rows, page, keyOf, communicationOf);
}

function keyOf(row: Row): readonly [string, string] {
  return [String(row.campaign_id), String(row.customer_id)];
}

function byKey(a: Row, b: Row): number {
  const [[campaignA, customerA], [campaignB, customerB]] = [keyOf(a), keyOf(b)];
  return compareCodePoints(campaignA, campaignB) || compareCodePoints(customerA, customerB);
}

export function searchRows(
  scope: Scope,
  { campaignId, search, ...filter }: FoundBy,
  { limit, cursor }: PageRequest,
): Page<StoredCommunication> {
  const finding = findRows(search, filter, { limit, after: readCursor(cursor, FOUND_KEY) });
  let step = finding.next();
  while (!step.done) step = finding.next(look(scope, campaignId, step.value));
  return { items: step.value.rows, nextCursor: step.value.next ? encodeCursor(step.value.next) : null };
}

function look(
  { db, tables }: Scope,
  campaignId: string,
  { by, from, end, after, limit }: RowLook,
): readonly StoredCommunication[] {
  const columns = by === "address" ? ["address", "customer_id"] : ["customer_id"];
  const index = by === "address" ? `INDEXED BY ${tables.communications}_address` : "";
  const key = after && (by === "address" ? [after.address, after.customerId] : [after.customerId]);
  const tests = [
    "campaign_id = ?",
    ...(key ? [`(${columns.join(", ")}) > (${key.map(() => "?").join(", ")})`] : [`${columns[0]} >= ?`]),
    ...(end === undefined ? [] : [`${columns[0]} < ?`]),
  ];
  const values: readonly SqlValue[] = [campaignId, ...(key ?? [from]), ...(end === undefined ? [] : [end]), limit];
  return db
    .all(
      `SELECT ${COMMUNICATION_COLUMNS} FROM ${tables.communications} ${index} WHERE ${tests.join(" AND ")} ORDER BY ${columns.join(", ")} LIMIT ?`,
      ...values,
    )
    .map(communicationOf);
}
