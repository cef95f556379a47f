import type { CampaignStatus, StoredCampaign } from "../model/campaign.js";
import type { Instant } from "../model/instant.js";
import type { Page, PageRequest } from "./page.js";

export interface Campaigns {
  insert(campaign: StoredCampaign): Promise<void>;
  get(id: string): Promise<StoredCampaign | undefined>;
  /** Newest first (by id). */
  list(page: PageRequest): Promise<Page<StoredCampaign>>;
  /** Ids of every campaign in one of the states, oldest first, at most 1,000. */
  findIds(statuses: readonly CampaignStatus[]): Promise<readonly string[]>;
  /** Ids of scheduled campaigns whose time is `dueBy` or earlier, the earliest first, at most 1,000. */
  findScheduled(dueBy: Instant): Promise<readonly string[]>;
  /** Ids of campaigns marked `unsettled`, oldest first, at most 1,000. */
  findUnsettled(): Promise<readonly string[]>;
  /** Compare-and-set on the version: true for exactly one of any number of concurrent callers. */
  replace(campaign: StoredCampaign, expectedVersion: number): Promise<boolean>;
  /** Compare-and-set like `replace`. */
  delete(id: string, expectedVersion: number): Promise<boolean>;
}
