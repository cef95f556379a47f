import type { CampaignStatus, StoredCampaign } from "../model/campaign.js";
import type { Instant } from "../model/instant.js";
import type { Page, PageRequest } from "./page.js";
import type { Versioned } from "./versioned.js";

/** Listed newest first. */
export interface Campaigns extends Versioned<StoredCampaign> {
  /** Ids of campaigns in any of the states, oldest first. */
  findIds(statuses: readonly CampaignStatus[], page: PageRequest): Promise<Page<string>>;
  /** Ids of scheduled campaigns whose time is `dueBy` or earlier, the earliest first. */
  findScheduled(dueBy: Instant, page: PageRequest): Promise<Page<string>>;
  /** Ids of campaigns marked `unsettled`, oldest first. */
  findUnsettled(page: PageRequest): Promise<Page<string>>;
}
