import type { StoredCampaign } from "../../model/campaign.js";
import type { EngineParts } from "../engine-parts.js";
import { tripCampaign } from "./trip-campaign.js";

const KEPT_RESULTS = 200;

/**
 * Pauses a campaign of whose last 200 permanent results more than half failed. They are counted over all workers, and from
 * anew after each of the campaign's moves.
 */
export async function recordOutcomes(parts: EngineParts, campaign: StoredCampaign, failed: readonly boolean[]): Promise<void> {
  if (failed.length === 0) return;
  const results = { window: campaign.history.length, failed };
  const seen = await parts.store.outcomes.record(`campaign:${campaign.id}`, results, KEPT_RESULTS);
  if (seen.kept < KEPT_RESULTS || seen.failed * 2 <= KEPT_RESULTS) return;
  await tripCampaign(parts, campaign, "error_rate", `the vendor rejected ${seen.failed} of the last ${seen.kept} messages`);
}
