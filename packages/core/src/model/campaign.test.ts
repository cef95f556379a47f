import { describe, expect, it } from "vitest";
import { CrmError } from "../errors.js";
import {
  allowedActions,
  CAMPAIGN_ACTIONS,
  CAMPAIGN_STATUSES,
  type CampaignAction,
  type CampaignStatus,
  moveCampaign,
  type StoredCampaign,
} from "./campaign.js";

function campaignIn(status: CampaignStatus): StoredCampaign {
  return {
    id: "k",
    name: "Spring",
    segmentIds: ["s"],
    excludeSegmentIds: [],
    message: { channel: "sms", body: "Hi" },
    status,
    reason: "before",
    history: [],
    version: 7,
    createdAt: 1,
    updatedAt: 1,
  };
}

/** The whole machine: what each action makes of each state; absent is a conflict. */
const TABLE: Record<CampaignAction, Partial<Record<CampaignStatus, CampaignStatus>>> = {
  launch: { draft: "planning" },
  schedule: { draft: "scheduled" },
  unschedule: { scheduled: "draft" },
  start: { scheduled: "planning" },
  miss: { scheduled: "paused" },
  trip: { planning: "paused", running: "paused" },
  reopen: { completed: "running" },
  freeze: { planning: "running" },
  fail: { planning: "failed" },
  pause: { planning: "paused", running: "paused" },
  resume: { paused: "running" },
  replan: { paused: "planning", failed: "planning" },
  cancel: {
    draft: "cancelled",
    scheduled: "cancelled",
    planning: "cancelled",
    running: "cancelled",
    paused: "cancelled",
    failed: "cancelled",
  },
  complete: { running: "completed" },
};

const ACTIONS = Object.keys(TABLE) as CampaignAction[];
const pairs = ACTIONS.flatMap((action) => CAMPAIGN_STATUSES.map((status) => ({ action, status, to: TABLE[action][status] })));

it("has no action that the table leaves out", () => {
  expect(Object.keys(CAMPAIGN_ACTIONS).sort()).toEqual([...ACTIONS].sort());
});

it.each(pairs.filter(({ to }) => to !== undefined))("$action: $status → $to", ({ action, status, to }) => {
  const before = campaignIn(status);
  const after = moveCampaign(before, action, { at: 5, by: "user", why: "because", reason: "now" });
  expect(after).toEqual({
    ...before,
    status: to,
    reason: "now",
    version: 8,
    updatedAt: 5,
    history: [{ at: 5, from: status, to, by: "user", why: "because" }],
  });
  expect(before).toEqual(campaignIn(status));
});

it.each(pairs.filter(({ to }) => to === undefined))(
  "$action is a conflict when $status, and says what is possible",
  ({ action, status }) => {
    try {
      moveCampaign(campaignIn(status), action, { at: 5, by: "user", why: "because" });
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof CrmError)) throw error;
      expect(error.code).toBe("conflict");
      expect(error.message).toContain(status);
      expect(error.message).toContain(allowedActions(status).join(", ") || "Nothing more");
      expect(error.details).toMatchObject({ status, allowed: allowedActions(status) });
    }
  },
);

describe("a move", () => {
  it("drops the reason of the state that was left", () => {
    expect(moveCampaign(campaignIn("paused"), "resume", { at: 5, by: "user", why: "go" })).not.toHaveProperty("reason");
  });

  it("leaves the schedule behind", () => {
    const scheduled = { ...campaignIn("scheduled"), schedule: { at: 9, timeZone: "UTC", maxLatenessMinutes: 60 } };
    for (const action of ["start", "miss", "unschedule", "cancel"] as const) {
      expect(moveCampaign(scheduled, action, { at: 5, by: "user", why: "go" })).not.toHaveProperty("schedule");
    }
  });

  it("adds to the history", () => {
    const paused = moveCampaign(campaignIn("running"), "pause", {
      at: 5,
      by: "engine",
      why: "vendor is away",
      reason: "vendor_down",
    });
    const resumed = moveCampaign(paused, "resume", { at: 9, by: "user", why: "it is back" });
    expect(resumed.history.map(({ at, from, to, by }) => `${at} ${from} ${to} ${by}`)).toEqual([
      "5 running paused engine",
      "9 paused running user",
    ]);
  });
});

it.each<[CampaignStatus, readonly string[]]>([
  ["draft", ["launch", "schedule", "cancel"]],
  ["scheduled", ["unschedule", "cancel"]],
  ["planning", ["pause", "cancel"]],
  ["running", ["pause", "cancel"]],
  ["paused", ["resume", "cancel"]],
  ["failed", ["resume", "cancel"]],
  ["completed", ["retry-failed"]],
  ["cancelled", []],
])("a campaign that is %s allows %j", (status, actions) => {
  expect(allowedActions(status)).toEqual(actions);
});
