import { hasCode } from "../../errors.js";
import type { StoredCampaign } from "../../model/campaign.js";
import { lowerRule } from "../../query/lower-rule.js";
import type { Campaign } from "../../view/campaign.js";
import type { EngineParts } from "../engine-parts.js";
import { estimateCount, reachBy } from "../segments/estimate.js";
import { ruleContext } from "../segments/rule-context.js";

const NEVER = new AbortController().signal;

/** How many a campaign that was launched will reach, as an estimate would say it; nothing where that can't be had. */
export async function launchEstimate(
  parts: EngineParts,
  { plan, message }: StoredCampaign,
): Promise<Pick<Campaign, "estimate"> | undefined> {
  if (!plan) return undefined;
  const { store, context, estimateTimeoutMs } = parts;
  try {
    const audience = { condition: lowerRule(plan.rule, ruleContext(parts, plan)), reach: reachBy(message.channel, context) };
    const { sample: _, reachable, ...counted } = await estimateCount(store.customers, audience, estimateTimeoutMs, NEVER);
    return reachable && { estimate: { ...counted, reachable } };
  } catch (error) {
    if (hasCode(error, "closed")) throw error;
    return undefined;
  }
}
