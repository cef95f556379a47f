import type { Row } from "../database/driver.js";
import { keyOf } from "../schema/communication-rows.js";
import type { Scope } from "../schema/scope.js";

export function reserveAddresses(
  { db, tables }: Scope,
  campaignId: string,
  reservations: readonly { readonly id: string; readonly addressHash: string }[],
): ReadonlySet<string> {
  const insert = db.prepare(
    `INSERT INTO ${tables.addresses} (campaign_id, hash, customer_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const read = db.prepare(`SELECT customer_id FROM ${tables.addresses} WHERE campaign_id = ? AND hash = ?`);
  const taken = new Set<string>();
  for (const { id, addressHash } of reservations) {
    const [, customerId] = keyOf(id);
    if (Number(insert.run(campaignId, addressHash, customerId).changes) === 1) continue;
    if ((read.get(campaignId, addressHash) as Row | undefined)?.customer_id !== customerId) taken.add(id);
  }
  return taken;
}
