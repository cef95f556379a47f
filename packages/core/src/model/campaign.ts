import { CrmError } from "../errors.js";
import type { Rule } from "../query/rule.js";
import type { Channel } from "./customer.js";
import type { Instant } from "./instant.js";
import type { PinnedSegments } from "./segment.js";

export const CAMPAIGN_STATUSES = [
  "draft",
  "scheduled",
  "planning",
  "running",
  "paused",
  "completed",
  "cancelled",
  "failed",
] as const;
export type CampaignStatus = (typeof CAMPAIGN_STATUSES)[number];

export interface CampaignMessage {
  readonly channel: Channel;
  /** Liquid; for e-mail. */
  readonly subject?: string;
  /** Liquid: `Hi {{ customer.name }}`. */
  readonly body: string;
}

/** What was frozen at launch, and how far planning has come. */
export interface CampaignPlan {
  readonly rule: Rule;
  readonly segmentVersion: number;
  /** Every segment that the rule refers to, itself or by others. */
  readonly segments?: PinnedSegments;
  /** The one "now" of the audience. */
  readonly now: Instant;
  readonly timeZone: string;
  /** Epoch of the planner's lease that last moved the mark. */
  readonly epoch: number;
  /** Every customer id up to and including this one is planned; absent before the first range. */
  readonly plannedTo?: string;
  /** The audience is frozen: one log row for each recipient exists. */
  readonly frozen: boolean;
}

export interface CampaignMove {
  readonly at: Instant;
  readonly from: CampaignStatus;
  readonly to: CampaignStatus;
  readonly by: "user" | "engine" | "clock";
  readonly why: string;
}

export interface Campaign {
  readonly id: string;
  readonly name: string;
  readonly segmentId: string;
  readonly message: CampaignMessage;
  readonly throttlePerSecond?: number;
  readonly status: CampaignStatus;
  /** Why it is paused or failed. */
  readonly reason?: string;
  readonly plan?: CampaignPlan;
  /** Cancelled, and some rows may still be pending or claimed: the sweeper goes on until none is. */
  readonly unsettled?: true;
  readonly history: readonly CampaignMove[];
  /** Rises with every write; a write that expects another version changes nothing. */
  readonly version: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/** The moves of a campaign. `schedule`, `unschedule` and `retry-failed` follow the same table. */
export const CAMPAIGN_ACTIONS = {
  launch: { from: ["draft", "scheduled"], to: "planning" },
  freeze: { from: ["planning"], to: "running" },
  fail: { from: ["planning"], to: "failed" },
  pause: { from: ["planning", "running"], to: "paused" },
  resume: { from: ["paused"], to: "running" },
  replan: { from: ["paused", "failed"], to: "planning" },
  cancel: { from: ["draft", "scheduled", "planning", "running", "paused", "failed"], to: "cancelled" },
  complete: { from: ["running"], to: "completed" },
} as const satisfies Record<string, { readonly from: readonly CampaignStatus[]; readonly to: CampaignStatus }>;

export type CampaignAction = keyof typeof CAMPAIGN_ACTIONS;

/** What a user may ask for in a state, by the names of the API. */
export function allowedActions(status: CampaignStatus): readonly string[] {
  return (["launch", "pause", "resume", "cancel"] as const).filter((action) => {
    const from: readonly CampaignStatus[] =
      action === "resume" ? ["paused", "failed"] : action === "launch" ? ["draft"] : CAMPAIGN_ACTIONS[action].from;
    return from.includes(status);
  });
}

/**
 * The next version of a campaign after a move, with the move in its history.
 * Throws `conflict`, naming the state and what it allows, where the table has no such move.
 */
export function moveCampaign(
  campaign: Campaign,
  action: CampaignAction,
  move: { readonly at: Instant; readonly by: CampaignMove["by"]; readonly why: string; readonly reason?: string },
): Campaign {
  const { from, to } = CAMPAIGN_ACTIONS[action];
  if (!(from as readonly CampaignStatus[]).includes(campaign.status)) {
    const allowed = allowedActions(campaign.status);
    throw new CrmError(
      "conflict",
      `The campaign is ${campaign.status}: ${action} is not possible. ${allowed.length > 0 ? `Possible: ${allowed.join(", ")}.` : "Nothing more can be done with it."}`,
      { details: { status: campaign.status, allowed } },
    );
  }
  const { reason: _, ...rest } = campaign;
  return {
    ...rest,
    status: to,
    ...(move.reason === undefined ? {} : { reason: move.reason }),
    history: [...campaign.history, { at: move.at, from: campaign.status, to, by: move.by, why: move.why }],
    version: campaign.version + 1,
    updatedAt: move.at,
  };
}
