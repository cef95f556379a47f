import { CrmError } from "../errors.js";
import type { Channel } from "./channel.js";
import type { Instant } from "./instant.js";
import type { PinnedSegments, StoredRule } from "./segment.js";

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

/** Whether nothing more happens to a campaign unless a user asks for it again. */
export function isOver(status: CampaignStatus): boolean {
  return status === "completed" || status === "cancelled" || status === "failed";
}

export interface CampaignMessage {
  readonly channel: Channel;
  /** Liquid; for e-mail. */
  readonly subject?: string;
  /** Liquid: `Hi {{ customer.name }}`. */
  readonly body: string;
  /** Liquid; of a mail, in place of the text that is read off its body. */
  readonly text?: string;
  /** Liquid; of a mail: what a list of messages shows beside the subject. */
  readonly preheader?: string;
  /** Of a mail: `News <news@example.com>`, or an address alone. */
  readonly from?: string;
  readonly replyTo?: string;
}

/** What only mails have. */
export const MAIL_FIELDS = ["text", "preheader", "from", "replyTo"] as const satisfies readonly (keyof CampaignMessage)[];

/** What was frozen at launch, and how far planning has come. */
export interface CampaignPlan {
  readonly rule: StoredRule;
  /** Where the rule is that of one segment. */
  readonly segmentVersion?: number;
  /** Every segment that the rule refers to, directly or through others. */
  readonly segments?: PinnedSegments;
  /** What relative dates are resolved against, for the whole audience. */
  readonly now: Instant;
  readonly timeZone: string;
  /** Epoch of the planner's lease that last moved the mark. */
  readonly epoch: number;
  /** Every customer id up to and including this one is planned; absent before the first range. */
  readonly plannedTo?: string;
  /** The audience is frozen: one log row for each recipient exists. */
  readonly frozen: boolean;
}

/** When a scheduled campaign starts by itself. */
export interface CampaignSchedule {
  readonly at: Instant;
  /** IANA: the zone in which `at` was given. */
  readonly timeZone: string;
  /** It no longer starts by itself this many minutes after `at`; 60. */
  readonly maxLatenessMinutes: number;
}

/** Rows that a user has asked to send again, until every one of them is pending. */
export interface CampaignReopening {
  readonly status: "failed" | "unknown";
  /** Only these; all, if absent. */
  readonly ids?: readonly string[];
  /** Only those that are counted under it. */
  readonly onlyReason?: string;
}

/** Why the engine paused a campaign. */
export type PauseReason = "error_rate" | "vendor_down" | "missed_schedule";

export interface CampaignMove {
  readonly at: Instant;
  readonly from: CampaignStatus;
  readonly to: CampaignStatus;
  readonly by: "user" | "engine" | "clock";
  readonly why: string;
}

export interface StoredCampaign {
  readonly id: string;
  readonly name: string;
  /** Who is in any of these, one at least, is in the audience … */
  readonly segmentIds: readonly string[];
  /** … unless they are in one of these. */
  readonly excludeSegmentIds: readonly string[];
  readonly message: CampaignMessage;
  readonly throttlePerSecond?: number;
  readonly status: CampaignStatus;
  /** Why it is paused or failed. */
  readonly reason?: string;
  /** While it is scheduled. */
  readonly schedule?: CampaignSchedule;
  readonly plan?: CampaignPlan;
  /** The number of the latest reopening; absent before the first. */
  readonly reopenings?: number;
  /** In progress: the campaign does not complete until it ends. */
  readonly reopening?: CampaignReopening;
  /** The rows have not caught up with the last move (cancelled, or reopening): the sweeper continues until they have. */
  readonly unsettled?: true;
  /** Put away by a user: left out of lists, and moved by no user until it is taken out again. */
  readonly archived?: true;
  readonly history: readonly CampaignMove[];
  /** Rises with every write; a write that expects another version changes nothing. */
  readonly version: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/** The state machine. `start` and `miss` are made by the clock, `trip` by the engine, `reopen` by retry-failed or resend. */
export const CAMPAIGN_ACTIONS = {
  launch: { from: ["draft"], to: "planning" },
  schedule: { from: ["draft"], to: "scheduled" },
  unschedule: { from: ["scheduled"], to: "draft" },
  start: { from: ["scheduled"], to: "planning" },
  miss: { from: ["scheduled"], to: "paused" },
  trip: { from: ["planning", "running"], to: "paused" },
  reopen: { from: ["completed"], to: "running" },
  freeze: { from: ["planning"], to: "running" },
  fail: { from: ["planning"], to: "failed" },
  pause: { from: ["planning", "running"], to: "paused" },
  resume: { from: ["paused"], to: "running" },
  replan: { from: ["paused", "failed"], to: "planning" },
  cancel: { from: ["draft", "scheduled", "planning", "running", "paused", "failed"], to: "cancelled" },
  complete: { from: ["running"], to: "completed" },
} as const satisfies Record<string, { readonly from: readonly CampaignStatus[]; readonly to: CampaignStatus }>;

export type CampaignAction = keyof typeof CAMPAIGN_ACTIONS;

/** The actions of a user, as the API names them, with the moves that each may stand for. */
const USER_ACTIONS = {
  launch: ["launch"],
  schedule: ["schedule"],
  unschedule: ["unschedule"],
  pause: ["pause"],
  resume: ["resume", "replan"],
  cancel: ["cancel"],
  "retry-failed": ["reopen"],
} as const satisfies Record<string, readonly CampaignAction[]>;

/** The actions that a state allows, as the API names them. */
export function allowedActions(status: CampaignStatus): readonly string[] {
  return Object.entries(USER_ACTIONS)
    .filter(([, moves]) => moves.some((action) => (CAMPAIGN_ACTIONS[action].from as readonly CampaignStatus[]).includes(status)))
    .map(([name]) => name);
}

/** The error for a call that the state does not allow: it names the state and what is allowed. */
export function stateConflict(status: CampaignStatus, fault: string): CrmError {
  const allowed = allowedActions(status);
  const possible = allowed.length > 0 ? `Possible: ${allowed.join(", ")}.` : "Nothing more can be done with it.";
  return new CrmError("conflict", `The campaign is ${status}: ${fault}. ${possible}`, { details: { status, allowed } });
}

/**
 * The next version of a campaign after a move, with the move in its history; schedule, reason and archive are dropped with the state
 * that they belong to. Throws `conflict`, naming the state and what it allows, if the table has no such move, or a user would move
 * what is archived.
 */
export function moveCampaign(
  campaign: StoredCampaign,
  action: CampaignAction,
  move: { readonly at: Instant; readonly by: CampaignMove["by"]; readonly why: string; readonly reason?: string },
): StoredCampaign {
  const { from, to } = CAMPAIGN_ACTIONS[action];
  if (!(from as readonly CampaignStatus[]).includes(campaign.status)) {
    const asked = Object.entries(USER_ACTIONS).find(([, moves]) => (moves as readonly CampaignAction[]).includes(action));
    throw stateConflict(campaign.status, `${asked?.[0] ?? action} is not possible`);
  }
  if (campaign.archived && move.by === "user") {
    throw new CrmError("conflict", "The campaign is archived: take it out of the archive first (archived: false).", {
      details: { status: campaign.status, allowed: ["archive"] },
    });
  }
  const { reason: _, schedule: __, archived: ___, ...rest } = campaign;
  return {
    ...rest,
    status: to,
    ...(move.reason === undefined ? {} : { reason: move.reason }),
    history: [...campaign.history, { at: move.at, from: campaign.status, to, by: move.by, why: move.why }],
    version: campaign.version + 1,
    updatedAt: move.at,
  };
}
