import type { StoredCampaign } from "../../model/campaign.js";
import type { EngineParts } from "../engine-parts.js";

interface Bucket {
  readonly name: string;
  readonly perSecond: number;
}

/**
 * How many messages may be sent now, by the campaign's rate and then the vendor's. Tokens are taken before rows are claimed, and
 * only if there are any.
 */
export async function takeTokens(parts: EngineParts, campaign: StoredCampaign, wanted: number): Promise<number> {
  const { communications, rates } = parts.store;
  const buckets = bucketsOf(parts, campaign);
  if (buckets.length > 0 && !(await communications.remaining(campaign.id)).pending) return 0;
  let allowed = wanted;
  const taken: (Bucket & { readonly tokens: number })[] = [];
  for (const bucket of buckets) {
    if (allowed > 0) allowed = await rates.take(bucket.name, bucket.perSecond, allowed);
    taken.push({ ...bucket, tokens: allowed });
  }
  for (const { name, perSecond, tokens } of taken) {
    if (tokens > allowed) await rates.putBack(name, perSecond, tokens - allowed);
  }
  return allowed;
}

/** Gives back the tokens of messages that were not sent. */
export async function putTokensBack(parts: EngineParts, campaign: StoredCampaign, count: number): Promise<void> {
  if (count <= 0) return;
  for (const { name, perSecond } of bucketsOf(parts, campaign)) await parts.store.rates.putBack(name, perSecond, count);
}

function bucketsOf({ senderRate }: EngineParts, { id, throttlePerSecond }: StoredCampaign): readonly Bucket[] {
  return [
    ...(throttlePerSecond === undefined ? [] : [{ name: `campaign:${id}`, perSecond: throttlePerSecond }]),
    ...(senderRate === undefined ? [] : [{ name: "sender", perSecond: senderRate }]),
  ];
}
