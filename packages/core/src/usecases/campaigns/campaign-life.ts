import type { CampaignsApi } from "../../engine/campaigns.js";
import type { UntrustedCampaigns } from "../../engine/untrusted.js";
import { invalid } from "../../errors.js";
import { type CampaignAction, type CampaignSchedule, moveCampaign, type StoredCampaign } from "../../model/campaign.js";
import { parseWith } from "../../model/edge.js";
import { formatInstant, parseInstant } from "../../model/instant.js";
import { type Campaign, viewCampaign } from "../../view/campaign.js";
import { skipCancelled } from "../communications/settle-rows.js";
import type { EngineParts } from "../engine-parts.js";
import { scheduleSchema } from "./campaign-inputs.js";
import { changeCampaign, getCampaign, planOf, requireLaunchable } from "./change-campaign.js";
import { launchEstimate } from "./launch-estimate.js";

const DEFAULT_LATENESS_MINUTES = 60;

type Life = Pick<CampaignsApi, "launch" | "unschedule" | "pause" | "resume" | "cancel"> & Pick<UntrustedCampaigns, "schedule">;

/** A user's moves. A move whose state is already reached changes nothing, except that launching and scheduling are refused. */
export function createCampaignLife(parts: EngineParts): Life {
  const change = async (
    id: string,
    make: (campaign: StoredCampaign) => StoredCampaign | Promise<StoredCampaign>,
  ): Promise<Campaign> => viewCampaign(await changeCampaign(parts, id, make));
  const move = async (campaign: StoredCampaign, action: CampaignAction, why: string) =>
    moveCampaign(campaign, action, { at: await parts.clock(), by: "user", why });

  return {
    launch: async (id) => {
      const launched = await changeCampaign(parts, id, async (campaign) => {
        const moved = await move(campaign, "launch", "launched by a user");
        return { ...moved, plan: await planOf(parts, await requireLaunchable(parts, campaign)) };
      });
      return { ...viewCampaign(launched), ...(await launchEstimate(parts, launched)) };
    },
    schedule: async (id, json) => {
      const schedule = await readSchedule(json, parts);
      return change(id, async (campaign) => {
        const moved = await move(campaign, "schedule", `scheduled for ${formatInstant(schedule.at)} by a user`);
        await requireLaunchable(parts, campaign);
        return { ...moved, schedule };
      });
    },
    unschedule: (id) =>
      change(id, (campaign) =>
        campaign.status === "draft" ? campaign : move(campaign, "unschedule", "taken off the schedule by a user"),
      ),
    pause: (id) =>
      change(id, (campaign) => (campaign.status === "paused" ? campaign : move(campaign, "pause", "paused by a user"))),
    resume: (id) =>
      change(id, async (campaign) => {
        if (campaign.status === "running" || campaign.status === "planning") return campaign;
        if (campaign.plan?.frozen) return move(campaign, "resume", "resumed by a user");
        const moved = await move(campaign, "replan", "resumed by a user");
        if (campaign.plan && !needsNewPlan(campaign)) return moved;
        return { ...moved, plan: await planOf(parts, await requireLaunchable(parts, campaign)) };
      }),
    cancel: async (id) => {
      const cancelled = await changeCampaign(parts, id, async (campaign) => {
        if (campaign.status === "cancelled") return campaign;
        const moved = await move(campaign, "cancel", "cancelled by a user");
        return campaign.plan ? { ...moved, unsettled: true } : moved;
      });
      if (cancelled.unsettled) await skipCancelled(parts, id);
      return viewCampaign(await getCampaign(parts, id));
    },
  };
}

/** A rule that could not be planned may have been corrected since; nobody was planned by the old one. */
function needsNewPlan({ status, plan }: StoredCampaign): boolean {
  return status === "failed" && plan?.plannedTo === undefined;
}

async function readSchedule(json: unknown, parts: EngineParts): Promise<CampaignSchedule> {
  const parsed = parseWith(scheduleSchema, json);
  if (!parsed.ok) throw invalid(parsed.issues);
  const { timeZone = parts.context.timeZone, maxLatenessMinutes = DEFAULT_LATENESS_MINUTES } = parsed.value;
  const at = parseInstant(parsed.value.at, timeZone);
  if (at === undefined) throw invalid([{ path: "at", message: "must be an ISO 8601 date-time" }]);
  if (at <= (await parts.clock())) throw invalid([{ path: "at", message: "must be in the future" }]);
  return { at, timeZone, maxLatenessMinutes };
}
