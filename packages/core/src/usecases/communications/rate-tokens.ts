import type { StoredCampaign } from "../../model/campaign.js";
import { VENDOR_BUCKET } from "../sender/vendor-rate.js";
import type { Dispatch } from "./dispatch.js";

interface Bucket {
  readonly name: string;
  readonly perSecond: number;
}

/**
 * How many messages may be sent now, by the campaign's rate and then the vendor's. Tokens are taken before rows are claimed, and
 * only if there are any.
 */
export async function takeTokens(dispatch: Dispatch, campaign: StoredCampaign, wanted: number): Promise<number> {
  const { communications, rates } = dispatch.store;
  const buckets = bucketsOf(campaign, await dispatch.rate.perSecond());
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
export async function putTokensBack({ rate, store }: Dispatch, campaign: StoredCampaign, count: number): Promise<void> {
  if (count <= 0) return;
  for (const { name, perSecond } of bucketsOf(campaign, rate.known())) await store.rates.putBack(name, perSecond, count);
}

function bucketsOf({ id, throttlePerSecond }: StoredCampaign, vendorRate: number | undefined): readonly Bucket[] {
  return [
    ...(throttlePerSecond === undefined ? [] : [{ name: `campaign:${id}`, perSecond: throttlePerSecond }]),
    ...(vendorRate === undefined ? [] : [{ name: VENDOR_BUCKET, perSecond: vendorRate }]),
  ];
}
