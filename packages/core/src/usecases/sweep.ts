import type { EngineParts } from "./engine-parts.js";

const SWEEP_ROWS = 1_000;
/** An upload whose process died is sealed after this; one that lives is touched every few seconds. */
const ABANDONED_AFTER_MS = 60_000;

/** Takes back what dead workers held, finishes cancellations that died half-way, seals uploads whose process is gone. */
export async function sweepOnce(parts: EngineParts): Promise<void> {
  const vendorHonoursKeys = parts.sender?.honoursKeys ?? true;
  while ((await parts.store.communications.sweep({ vendorHonoursKeys, limit: SWEEP_ROWS })) === SWEEP_ROWS);
  for (const id of await parts.store.campaigns.findUnsettled()) await skipCancelled(parts, id);
  await parts.store.batches.sealAbandoned(ABANDONED_AFTER_MS);
}

/** Skips the pending rows of a cancelled campaign, and unmarks it when no row is pending or in a worker's hands. */
export async function skipCancelled(parts: EngineParts, id: string): Promise<void> {
  const { store } = parts;
  while ((await store.communications.skipPending(id, "campaign_cancelled", SWEEP_ROWS)) === SWEEP_ROWS);
  const open = await store.communications.open(id);
  const campaign = await store.campaigns.get(id);
  if (open.pending || open.claimed || campaign?.status !== "cancelled" || !campaign.unsettled) return;
  const { unsettled: _, ...settled } = campaign;
  await store.campaigns.replace({ ...settled, version: campaign.version + 1 }, campaign.version);
}
