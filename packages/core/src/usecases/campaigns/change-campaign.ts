import { CrmError, hasCode, invalid, notFound } from "../../errors.js";
import type { StoredCampaign } from "../../model/campaign.js";
import type { Sender } from "../../ports/sender.js";
import { checkMessage } from "../../template/template.js";
import type { EngineParts } from "../engine-parts.js";
import { type CampaignAudience, requireAudience } from "./campaign-audience.js";
import { replaceCampaign } from "./replace-campaign.js";

export async function getCampaign({ store }: EngineParts, id: string): Promise<StoredCampaign> {
  const campaign = await store.campaigns.get(id);
  if (!campaign) throw notFound("campaign", id);
  return campaign;
}

/** Repeats compare-and-set until it succeeds; nothing is written if `make` returns the campaign itself. */
export async function changeCampaign(
  parts: EngineParts,
  id: string,
  make: (campaign: StoredCampaign) => StoredCampaign | Promise<StoredCampaign>,
): Promise<StoredCampaign> {
  for (;;) {
    const campaign = await getCampaign(parts, id);
    const next = await make(campaign);
    const written = next === campaign ? campaign : await replaceCampaign(parts, campaign, next);
    if (written) return written;
  }
}

export function requireSender({ sender }: EngineParts): Sender {
  if (!sender) throw new CrmError("invalid", "This engine has no sender: give createEngine one to send campaigns.");
  return sender;
}

/**
 * The audience of a campaign that could be sent as it is. Throws `invalid` if there is no vendor, the content is invalid or a
 * segment is missing.
 */
export async function requireLaunchable(parts: EngineParts, campaign: StoredCampaign): Promise<CampaignAudience> {
  requireSender(parts);
  const issues = await checkMessage(campaign.message, { links: parts.unsubscribeUrl !== undefined });
  const audience = await requireAudience(parts, campaign).catch((error: unknown) => {
    if (hasCode(error, "invalid") && issues.length > 0) throw invalid([...issues, ...(error.details.issues ?? [])]);
    throw error;
  });
  if (issues.length > 0) throw invalid(issues);
  return audience;
}

/** What is frozen when planning starts, with the present time as its `now`. */
export async function planOf(
  parts: EngineParts,
  { segments, ...audience }: CampaignAudience,
): Promise<NonNullable<StoredCampaign["plan"]>> {
  return {
    ...audience,
    ...(Object.keys(segments).length > 0 ? { segments } : {}),
    now: await parts.clock(),
    epoch: 0,
    frozen: false,
  };
}
