import type { StoredCampaign } from "../../model/campaign.js";
import type { EngineParts } from "../engine-parts.js";
import { publicReason } from "../sender/public-reason.js";

/**
 * Writes a campaign by compare-and-set, as the version after the one that was read. Returns what is written to exactly one of several
 * callers, which tells the log of the moves that it made.
 */
export async function replaceCampaign(
  { store, logger }: Pick<EngineParts, "store" | "logger">,
  before: StoredCampaign,
  after: StoredCampaign,
): Promise<StoredCampaign | undefined> {
  const next = { ...after, version: before.version + 1 };
  if (!(await store.campaigns.replace(next, before.version))) return undefined;
  for (const { from, to, by, why } of next.history.slice(before.history.length)) {
    const fields = { campaignId: next.id, was: from, status: to, by, why: publicReason(why) };
    if (by === "engine" && (to === "paused" || to === "failed")) logger.warn(fields, "campaign moved");
    else logger.info(fields, "campaign moved");
  }
  return next;
}
