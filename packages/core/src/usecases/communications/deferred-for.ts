import type { StoredCampaign } from "../../model/campaign.js";
import type { ClaimedCommunication } from "../../model/communication-log.js";
import type { Instant } from "../../model/instant.js";
import type { VendorBreaker } from "../sender/vendor-breaker.js";

/**
 * For how long, until it was claimed, a message had been put off by the vendor: since its first call, or since the campaign last began to run
 * or the row last waited for its address, where that was later, without the time in which this process knows the breaker to have been open. What another process saw
 * of an outage counts as time that passed.
 */
export function deferredForMs(
  { firstCallAt, waitedUntil = 0, updatedAt: claimedAt }: ClaimedCommunication,
  { history }: Pick<StoredCampaign, "history">,
  { breaker, now }: { readonly breaker: Pick<VendorBreaker, "openMsWithin">; readonly now: Instant },
): number {
  if (firstCallAt === undefined) return 0;
  const runningSince = history.findLast(({ to }) => to === "running")?.at ?? firstCallAt;
  const since = Math.max(firstCallAt, runningSince, waitedUntil);
  return Math.max(0, claimedAt - since - breaker.openMsWithin(now - since));
}
