import type { CampaignStatus, StoredCampaign } from "../model/campaign.js";
import type { Instant } from "../model/instant.js";
import type { Versioned } from "./versioned.js";

/** How many ids a search for campaigns returns at most: whoever works on them searches again. */
export const MAX_CAMPAIGN_IDS = 1_000;

/** Listed newest first. */
export interface Campaigns extends Versioned<StoredCampaign> {
  /** Ids of campaigns in any of the states, oldest first, at most `MAX_CAMPAIGN_IDS`. */
  findIds(statuses: readonly CampaignStatus[]): Promise<readonly string[]>;
  /** Ids of scheduled campaigns whose time is `dueBy` or earlier, the earliest first, at most `MAX_CAMPAIGN_IDS`. */
  findScheduled(dueBy: Instant): Promise<readonly string[]>;
  /** Ids of campaigns marked `unsettled`, oldest first, at most `MAX_CAMPAIGN_IDS`. */
  findUnsettled(): Promise<readonly string[]>;
}
