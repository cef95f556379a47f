import {
  type AddressHold,
  type AddressHolder,
  type AddressReservation,
  type DeliveryStatus,
  type EpochRange,
  holdOf,
} from "@crm-engine/core/ports";
import type { Row } from "../database/driver.js";
import { keyOf } from "../schema/communication-rows.js";
import type { Scope } from "../schema/scope.js";

/** One transaction: whoever has its address already comes first, then whoever asks for one that nobody has, or whose holder has let it go. */
export function reserveAddresses(
  { db, tables }: Scope,
  campaignId: string,
  reservations: readonly AddressReservation[],
): ReadonlyMap<string, Exclude<AddressHold, "free">> {
  const reserve = db.prepare(
    `INSERT INTO ${tables.addresses} (campaign_id, hash, customer_id, epoch) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET epoch = max(epoch, excluded.epoch) WHERE customer_id = excluded.customer_id`,
  );
  const others = reservations.filter(({ id, epoch, addressHash }) => {
    const [, customerId] = keyOf(id);
    return Number(reserve.run(campaignId, addressHash, customerId, epoch).changes) === 0;
  });
  if (others.length === 0) return new Map();
  const read = db.prepare(
    `SELECT customer_id, a.epoch AS reserved, c.status, c.epoch, c.handed_over_at, c.handed_over_epoch, c.earlier_hand_overs
     FROM ${tables.addresses} a LEFT JOIN ${tables.communications} c USING (campaign_id, customer_id) WHERE campaign_id = ? AND hash = ?`,
  );
  const take = db.prepare(`UPDATE ${tables.addresses} SET customer_id = ?, epoch = ? WHERE campaign_id = ? AND hash = ?`);
  const kept = new Map<string, Exclude<AddressHold, "free">>();
  for (const { id, epoch, addressHash } of others) {
    const [, customerId] = keyOf(id);
    const found = read.get(campaignId, addressHash) as Row;
    const hold = found.customer_id === customerId ? "free" : holdOf(Number(found.reserved), holderOf(found));
    if (hold === "free") take.run(customerId, epoch, campaignId, addressHash);
    else kept.set(id, hold);
  }
  return kept;
}

function holderOf({ status, epoch, handed_over_at, handed_over_epoch, earlier_hand_overs }: Row): AddressHolder | undefined {
  if (typeof status !== "string") return undefined;
  return {
    status: status as DeliveryStatus,
    epoch: Number(epoch),
    ...(handed_over_at === null ? {} : { handedOverEpoch: Number(handed_over_epoch) }),
    earlierHandOvers: typeof earlier_hand_overs === "string" ? (JSON.parse(earlier_hand_overs) as readonly EpochRange[]) : [],
  };
}
