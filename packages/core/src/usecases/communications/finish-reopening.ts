import { moveCampaign } from "../../model/campaign.js";
import { underLease } from "../campaigns/plan-lease.js";
import { replaceCampaign } from "../campaigns/replace-campaign.js";
import type { EngineParts } from "../engine-parts.js";
import { SWEEP_ROWS, skipCancelled } from "./settle-rows.js";

/**
 * Reopens in steps the rows that a user asked for, and unmarks the campaign when all of them are pending: until then it does not
 * complete. One process does it at a time. If it dies half-way, the sweeper continues, and no row is reopened twice.
 */
export async function finishReopening(parts: EngineParts, id: string): Promise<void> {
  const { store } = parts;
  if (!(await store.campaigns.get(id))?.reopening) return;
  await underLease(parts, id, async (held) => {
    while (held && (await reopenStep(parts, id)) && (await held.renew()));
  });
  // Meanwhile the campaign may have been cancelled, or, if this process was suspended, have completed.
  await skipCancelled(parts, id);
  await runOn(parts, id);
}

/** A completed campaign whose rows were reopened too late is running again. */
async function runOn(parts: EngineParts, id: string): Promise<void> {
  const { store, clock } = parts;
  const campaign = await store.campaigns.get(id);
  if (campaign?.status !== "completed" || !(await store.communications.remaining(id)).pending) return;
  const move = { at: await clock(), by: "engine", why: "some messages were reopened only now" } as const;
  await replaceCampaign(parts, campaign, moveCampaign(campaign, "reopen", move));
}

/** Returns whether there is more to do. */
async function reopenStep(parts: EngineParts, id: string): Promise<boolean> {
  const { store, clock } = parts;
  const campaign = await store.campaigns.get(id);
  if (!campaign?.reopening || campaign.status === "cancelled") return false;
  const { reopening, unsettled: _, ...settled } = campaign;
  const rows = { campaignId: id, ...reopening, reopening: campaign.reopenings ?? 0, limit: SWEEP_ROWS };
  if ((await store.communications.reopen(rows)) > 0) return true;
  const updatedAt = await clock();
  return !(await replaceCampaign(parts, campaign, { ...settled, updatedAt }));
}
