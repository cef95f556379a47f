import { moveCampaign } from "../../model/campaign.js";
import type { EngineParts } from "../engine-parts.js";
import { underLease } from "./plan-lease.js";
import { SWEEP_ROWS, skipCancelled } from "./settle-rows.js";

/**
 * Reopens, step by step, what a user has asked for, and unmarks the campaign when every row is pending: until then it does not
 * complete. One process does it at a time; dying half-way, it leaves the rest to the sweeper, and no row is reopened twice.
 */
export async function finishReopening(parts: EngineParts, id: string): Promise<void> {
  const { store } = parts;
  if (!(await store.campaigns.get(id))?.reopening) return;
  await underLease(parts, id, async (held) => {
    while (held && (await reopenStep(parts, id)) && (await held.renew()));
  });
  // A cancellation may have come in while a step was under way; so may, while this process stood still, the campaign's end.
  await skipCancelled(parts, id);
  await runOn(parts, id);
}

/** A completed campaign with rows that were reopened too late runs on. */
async function runOn({ store, clock }: EngineParts, id: string): Promise<void> {
  const campaign = await store.campaigns.get(id);
  if (campaign?.status !== "completed" || !(await store.communications.remaining(id)).pending) return;
  const move = { at: clock(), by: "engine", why: "some messages were reopened only now" } as const;
  await store.campaigns.replace(moveCampaign(campaign, "reopen", move), campaign.version);
}

/** Returns whether there is more to do. */
async function reopenStep({ store, clock }: EngineParts, id: string): Promise<boolean> {
  const campaign = await store.campaigns.get(id);
  if (!campaign?.reopening || campaign.status === "cancelled") return false;
  const { reopening, unsettled: _, ...settled } = campaign;
  const rows = { campaignId: id, ...reopening, reopening: campaign.reopenings ?? 0, limit: SWEEP_ROWS };
  if ((await store.communications.reopen(rows)) > 0) return true;
  return !(await store.campaigns.replace({ ...settled, version: campaign.version + 1, updatedAt: clock() }, campaign.version));
}
