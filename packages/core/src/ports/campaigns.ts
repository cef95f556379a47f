import type { CampaignStatus, StoredCampaign } from "../model/campaign.js";
import type { Instant } from "../model/instant.js";
import type { Page, PageRequest } from "./page.js";
import type { Versioned } from "./versioned.js";

/** Everything that is given must hold. */
export interface CampaignFilter {
  readonly archived: boolean;
  readonly status?: CampaignStatus;
  /** Folded (`foldText`): the folded name contains it. */
  readonly search?: string;
}

/** Listed newest first. */
export interface Campaigns extends Versioned<StoredCampaign> {
  /** By id, the newest first. The first page costs what it shows, unless `search` holds for few. */
  find(filter: CampaignFilter, page: PageRequest): Promise<Page<StoredCampaign>>;
  /** Ids of campaigns in any of the states, oldest first. */
  findIds(statuses: readonly CampaignStatus[], page: PageRequest): Promise<Page<string>>;
  /** Ids of scheduled campaigns whose time is `dueBy` or earlier, the earliest first. */
  findScheduled(dueBy: Instant, page: PageRequest): Promise<Page<string>>;
  /** Ids of campaigns marked `unsettled`, oldest first. */
  findUnsettled(page: PageRequest): Promise<Page<string>>;
}
