import { CrmError, type Issue, invalid, notFound } from "../../errors.js";
import type { StoredCampaign } from "../../model/campaign.js";
import type { PinnedSegments, StoredSegment } from "../../model/segment.js";
import type { Sender } from "../../ports/sender.js";
import { checkMessage } from "../../template/template.js";
import type { EngineParts } from "../engine-parts.js";
import { requireReferences } from "../segments/referenced-segments.js";
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
    if (next === campaign || (await replaceCampaign(parts, campaign, next))) return next;
  }
}

export function requireSender({ sender }: EngineParts): Sender {
  if (!sender) throw new CrmError("invalid", "This engine has no sender: give createEngine one to send campaigns.");
  return sender;
}

/** Where a campaign's audience comes from. */
interface Audience {
  readonly segment: StoredSegment;
  readonly references: PinnedSegments;
}

/**
 * The audience of a campaign that could be sent as it is. Throws `invalid` if there is no vendor, the content is invalid or a
 * segment is missing.
 */
export async function requireLaunchable(parts: EngineParts, campaign: StoredCampaign): Promise<Audience> {
  requireSender(parts);
  const segment = await parts.store.segments.get(campaign.segmentId);
  const issues: Issue[] = [...(await checkMessage(campaign.message, { links: parts.unsubscribeUrl !== undefined }))];
  if (!segment) issues.push({ path: "segmentId", message: "the campaign's segment was deleted: choose another" });
  if (!segment || issues.length > 0) throw invalid(issues);
  return { segment, references: await requireReferences(segment.rule, parts, segment.id) };
}

/** What is frozen when planning starts, with the present time as its `now`. */
export async function planOf(
  parts: EngineParts,
  { segment, references }: Audience,
): Promise<NonNullable<StoredCampaign["plan"]>> {
  return {
    rule: segment.rule,
    segmentVersion: segment.version,
    ...(Object.keys(references).length > 0 ? { segments: references } : {}),
    now: await parts.clock(),
    timeZone: segment.timeZone ?? parts.context.timeZone,
    epoch: 0,
    frozen: false,
  };
}
