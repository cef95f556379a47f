import type { SkipReason } from "../../model/communication-log.js";
import type { RowsToSettle } from "../../ports/communications.js";
import { underLease } from "../campaigns/plan-lease.js";
import { replaceCampaign } from "../campaigns/replace-campaign.js";
import type { EngineParts } from "../engine-parts.js";

export const SWEEP_ROWS = 1_000;

export async function skipAll(
  { store }: EngineParts,
  rows: Omit<RowsToSettle<"pending" | "unknown">, "limit"> & { readonly reason: SkipReason },
): Promise<void> {
  while ((await store.communications.skipRows({ ...rows, limit: SWEEP_ROWS })) === SWEEP_ROWS);
}

/**
 * Skips the pending rows of a cancelled campaign, and unmarks the campaign when no row is pending or claimed and neither a
 * planner nor a reopening may still add any. Other campaigns stay as they are.
 */
export async function skipCancelled(parts: EngineParts, id: string): Promise<void> {
  const { store } = parts;
  if ((await store.campaigns.get(id))?.status !== "cancelled") return;
  await underLease(parts, id, async (held) => {
    await skipAll(parts, { campaignId: id, status: "pending", reason: "campaign_cancelled" });
    const open = await store.communications.remaining(id);
    const campaign = await store.campaigns.get(id);
    if (!campaign?.unsettled || open.pending || open.claimed) return;
    const complete = campaign.plan?.frozen === true && !campaign.reopening;
    if (!held && !complete) return;
    const { unsettled: _, reopening: __, ...settled } = campaign;
    await replaceCampaign(parts, campaign, settled);
  });
}
