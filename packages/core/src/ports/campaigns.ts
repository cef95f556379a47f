import type { CampaignStatus, StoredCampaign } from "../model/campaign.js";
import type { Instant } from "../model/instant.js";
import type { Page, PageRequest } from "./page.js";

export interface Campaigns {
  insert(campaign: StoredCampaign): Promise<void>;
  get(id: string): Promise<StoredCampaign | undefined>;
  /** Newest first (by id). */
  list(page: PageRequest): Promise<Page<StoredCampaign>>;
  /** Ids of campaigns in one of the states, oldest first. */
  findIds(statuses: readonly CampaignStatus[], page: PageRequest): Promise<Page<string>>;
  /** Ids of scheduled campaigns whose time is `dueBy` or earlier, the earliest first. */
  findScheduled(dueBy: Instant, page: PageRequest): Promise<Page<string>>;
  /** Ids of campaigns marked `unsettled`, oldest first. */
  findUnsettled(page: PageRequest): Promise<Page<string>>;
  /** Compare-and-set on the version: true for exactly one of any number of concurrent callers. */
  replace(campaign: StoredCampaign, expectedVersion: number): Promise<boolean>;
  /** Compare-and-set like `replace`. */
  delete(id: string, expectedVersion: number): Promise<boolean>;
}
