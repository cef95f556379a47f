import type { StoredCampaign } from "../../model/campaign.js";
import { tripCampaign } from "../campaigns/trip-campaign.js";
import type { EngineParts } from "../engine-parts.js";

const KEPT_RESULTS = 200;

/**
 * Pauses a campaign if more than half of its last 200 permanent results failed. The sliding window is shared by all workers, and
 * starts anew with each move of the campaign.
 */
export async function recordOutcomes(parts: EngineParts, campaign: StoredCampaign, failed: readonly boolean[]): Promise<void> {
  if (failed.length === 0) return;
  const results = { window: campaign.history.length, failed };
  const seen = await parts.store.outcomes.record(`campaign:${campaign.id}`, results, KEPT_RESULTS);
  if (seen.kept < KEPT_RESULTS || seen.failed * 2 <= KEPT_RESULTS) return;
  await tripCampaign(parts, campaign, "error_rate", `the vendor rejected ${seen.failed} of the last ${seen.kept} messages`);
}
