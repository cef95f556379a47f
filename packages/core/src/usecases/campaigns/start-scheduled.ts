import { hasCode } from "../../errors.js";
import { moveCampaign, type PauseReason, type StoredCampaign } from "../../model/campaign.js";
import { readWhole } from "../../ports/page.js";
import type { EngineParts } from "../engine-parts.js";
import { inWords, requireAudience } from "./campaign-audience.js";
import { planOf } from "./change-campaign.js";
import { replaceCampaign } from "./replace-campaign.js";

const MINUTE_MS = 60_000;
/** Always tolerated, however little lateness is allowed: workers look once a second, and may be delayed. */
const LEAST_LATENESS_MS = 10_000;
const MISSED: PauseReason = "missed_schedule";

/**
 * Starts each scheduled campaign whose time has come, or pauses it if that was too long ago. Any number of processes may do it at
 * once: compare-and-set moves each campaign once. Returns whether this call moved any. A campaign that can't be moved now does
 * not block the next one; its error is thrown last. Without a vendor it starts nothing, and leaves that to processes that have
 * one.
 */
export async function startScheduled(parts: EngineParts): Promise<boolean> {
  if (!parts.sender) return false;
  const failures: unknown[] = [];
  let moved = false;
  const now = await parts.clock();
  for (const id of await readWhole((page) => parts.store.campaigns.findScheduled(now, page))) {
    try {
      moved = (await startOne(parts, id)) || moved;
    } catch (error) {
      if (hasCode(error, "closed")) throw error;
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return moved;
}

async function startOne(parts: EngineParts, id: string): Promise<boolean> {
  const campaign = await parts.store.campaigns.get(id);
  if (campaign?.status !== "scheduled" || !campaign.schedule) return false;
  const now = await parts.clock();
  const { at, maxLatenessMinutes } = campaign.schedule;
  if (at > now) return false;
  const tooLate = now - at > Math.max(LEAST_LATENESS_MS, maxLatenessMinutes * MINUTE_MS);
  const next = tooLate ? missed(campaign, now) : await started(parts, campaign);
  return (await replaceCampaign(parts, campaign, next)) !== undefined;
}

function missed(campaign: StoredCampaign, at: number): StoredCampaign {
  const why = `nobody was there to start it within ${campaign.schedule?.maxLatenessMinutes} minutes of its time`;
  return moveCampaign(campaign, "miss", { at, by: "clock", why, reason: MISSED });
}

/** A campaign whose segment is missing or invalid fails in the same write, so that it is never planning without a plan. */
async function started(parts: EngineParts, campaign: StoredCampaign): Promise<StoredCampaign> {
  const at = await parts.clock();
  const moved = moveCampaign(campaign, "start", { at, by: "clock", why: "its time has come" });
  const failed = (reason: string): StoredCampaign => moveCampaign(moved, "fail", { at, by: "engine", why: reason, reason });
  try {
    return {
      ...moved,
      plan: await planOf(parts, await requireAudience(parts, campaign)),
    };
  } catch (error) {
    if (!hasCode(error, "invalid")) throw error;
    return failed(`The rule of ${inWords(campaign)} can't be resolved: ${error.message}`);
  }
}
