import type { SkipReason } from "../model/communication-log.js";
import type { EngineParts } from "./engine-parts.js";
import { planLease } from "./plan-lease.js";

const SWEEP_ROWS = 1_000;
/** An upload whose process died is sealed after this; one that lives is touched every few seconds. */
const ABANDONED_AFTER_MS = 60_000;

/**
 * Takes back what dead workers held, finishes cancellations that died half-way, seals uploads whose process is gone. Without a
 * vendor it can't tell what a call that was cut off means, and leaves rows to those who can.
 */
export async function sweepOnce(parts: EngineParts): Promise<void> {
  const { sender } = parts;
  const limit = SWEEP_ROWS;
  while (sender && (await parts.store.communications.sweep({ vendorHonoursKeys: sender.honoursKeys, limit })) === limit);
  for (const id of await parts.store.campaigns.findUnsettled()) await skipCancelled(parts, id);
  await parts.store.batches.sealAbandoned(ABANDONED_AFTER_MS);
}

/**
 * Skips the pending rows of a cancelled campaign, and unmarks it when no row is pending or in a worker's hands, nor a planner
 * still adding some.
 */
export async function skipCancelled(parts: EngineParts, id: string): Promise<void> {
  const { store } = parts;
  const lease = planLease(id);
  const epoch = await store.leases.acquire(lease, parts.leaseMs);
  try {
    await skipPending(parts, id, "campaign_cancelled");
    const open = await store.communications.open(id);
    const campaign = await store.campaigns.get(id);
    const planned = epoch !== undefined || campaign?.plan?.frozen;
    if (!planned || open.pending || open.claimed || campaign?.status !== "cancelled" || !campaign.unsettled) return;
    const { unsettled: _, ...settled } = campaign;
    await store.campaigns.replace({ ...settled, version: campaign.version + 1 }, campaign.version);
  } finally {
    if (epoch !== undefined) await store.leases.release(lease, epoch);
  }
}

export async function skipPending({ store }: EngineParts, id: string, reason: SkipReason): Promise<void> {
  while ((await store.communications.skipPending(id, reason, SWEEP_ROWS)) === SWEEP_ROWS);
}
