import {
  campaignsOf,
  type DeliveryFact,
  foldFact,
  RECEIPT_STATUSES,
  type RowAddress,
  type StoredCommunication,
} from "@crm-engine/core/ports";
import type { Row } from "../database/driver.js";
import { touch } from "../figures.js";
import { communicationOf, keyOf, selectRow } from "../schema/communication-rows.js";
import type { Scope } from "../schema/scope.js";

/** All facts in one transaction; each row is read and written once. */
export function recordFacts(scope: Scope, facts: readonly DeliveryFact[]): ReadonlyMap<string, RowAddress> {
  const { db, tables } = scope;
  const now = scope.now();
  const read = db.prepare(selectRow(tables));
  const write = db.prepare(
    `UPDATE ${tables.communications} SET status = ?, reason = ?, vendor_message_id = ?, handed_over_at = ?, ${RECEIPT_STATUSES.map((name) => `${name}_at = ?`).join(", ")}, updated_at = ?
     WHERE campaign_id = ? AND customer_id = ?`,
  );
  const folded = new Map<string, { readonly before: StoredCommunication; readonly after: StoredCommunication }>();
  for (const fact of facts) {
    const known = folded.get(fact.logId);
    const row = known ? undefined : (read.get(...keyOf(fact.logId)) as Row | undefined);
    const before = known?.before ?? (row && communicationOf(row));
    if (before) folded.set(fact.logId, { before, after: foldFact(known?.after ?? before, fact) });
  }
  for (const [id, { before, after }] of folded) {
    if (after === before) continue;
    const evidence = RECEIPT_STATUSES.map((name) => after.evidence[name] ?? null);
    const { status, reason = null, vendorMessageId = null, handedOverAt = null } = after;
    write.run(status, reason, vendorMessageId, handedOverAt, ...evidence, now, ...keyOf(id));
  }
  touch(scope, campaignsOf(folded.keys()));
  return new Map([...folded].map(([id, { before }]) => [id, addressOf(before)]));
}

function addressOf({ channel, generation, addressHash }: StoredCommunication): RowAddress {
  return { channel, generation, ...(addressHash === undefined ? {} : { addressHash }) };
}
