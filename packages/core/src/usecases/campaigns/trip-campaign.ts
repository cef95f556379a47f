import { moveCampaign, type PauseReason, type StoredCampaign } from "../../model/campaign.js";
import type { EngineParts } from "../engine-parts.js";
import { replaceCampaign } from "./replace-campaign.js";

/**
 * Pauses a running campaign by compare-and-set, unless it has moved on since it was `seen`: true for exactly the caller that did.
 */
export async function tripCampaign(parts: EngineParts, seen: StoredCampaign, reason: PauseReason, why: string): Promise<boolean> {
  const { store, clock } = parts;
  let campaign: StoredCampaign | undefined = seen;
  while (campaign?.status === "running" && campaign.history.length === seen.history.length) {
    const paused = moveCampaign(campaign, "trip", { at: await clock(), by: "engine", why, reason });
    if (await replaceCampaign(parts, campaign, paused)) return true;
    campaign = await store.campaigns.get(seen.id);
  }
  return false;
}
