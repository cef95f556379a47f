import type { Campaign, CampaignStatus } from "../model/campaign.js";
import type { Instant } from "../model/instant.js";
import type { Page, PageRequest } from "./page.js";

export interface Campaigns {
  insert(campaign: Campaign): Promise<void>;
  get(id: string): Promise<Campaign | undefined>;
  /** Newest first (by id). */
  list(page: PageRequest): Promise<Page<Campaign>>;
  /** Ids of every campaign in one of the states, oldest first, at most 1,000. */
  findIds(statuses: readonly CampaignStatus[]): Promise<readonly string[]>;
  /** Ids of scheduled campaigns whose time is `dueBy` or earlier, the earliest first, at most 1,000. */
  findScheduled(dueBy: Instant): Promise<readonly string[]>;
  /** Ids of campaigns marked `unsettled`, oldest first, at most 1,000. */
  findUnsettled(): Promise<readonly string[]>;
  /** Compare-and-set on the version: true for exactly one of any number of concurrent callers. */
  replace(campaign: Campaign, expectedVersion: number): Promise<boolean>;
  /** Compare-and-set like `replace`. */
  delete(id: string, expectedVersion: number): Promise<boolean>;
}
