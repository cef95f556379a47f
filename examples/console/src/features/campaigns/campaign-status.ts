import type { Campaign } from "@crm-engine/core";

export type CampaignStatus = Campaign["status"];

export const STATUSES: readonly CampaignStatus[] = [
  "draft",
  "scheduled",
  "planning",
  "running",
  "paused",
  "completed",
  "cancelled",
  "failed",
];

/** Changes without anybody's doing. */
export const isMoving = (status: CampaignStatus): boolean => status === "planning" || status === "running";

export const isOver = (status: CampaignStatus): boolean =>
  status === "completed" || status === "cancelled" || status === "failed";

/** Has rows in its log, or had the chance to. */
export const wasLaunched = ({ history }: Pick<Campaign, "history">): boolean => history.some(({ to }) => to === "planning");

export const canBeArchived = (status: CampaignStatus): boolean => status === "draft" || isOver(status);
