import type { StoredCampaign } from "../../model/campaign.js";
import type { ClaimedCommunication } from "../../model/communication-log.js";
import type { Dispatch } from "./dispatch.js";
import { type CallBounds, type FilledCall, fillCall } from "./fill-call.js";
import { type Addressed, readRecipients } from "./recipients.js";
import type { ReserveAddresses } from "./reserve-addresses.js";

export interface Prepared extends Pick<FilledCall, "ready" | "left"> {
  /** Rows whose address another open row holds. */
  readonly inUse: readonly ClaimedCommunication[];
  /** The first trouble of this engine's own that kept a message from being made. */
  readonly trouble?: unknown;
}

/**
 * Settles who may not get the message now, and makes one call's worth of messages for the others. Nothing has become of the claims
 * that are left or whose address is in use.
 */
export async function prepareMessages(
  dispatch: Dispatch,
  campaign: StoredCampaign,
  claims: readonly ClaimedCommunication[],
  bounds: CallBounds & { readonly reserve: ReserveAddresses },
): Promise<Prepared> {
  const { store, sender } = dispatch;
  const { addressed, skips, unknown, verdictOf } = await readRecipients(dispatch, claims, sender);
  const holdOn = await bounds.reserve(addressed);
  const allowed: Addressed[] = [];
  const inUse: ClaimedCommunication[] = [];
  for (const recipient of addressed) {
    const { id, epoch } = recipient.claim;
    const verdict = verdictOf(recipient, holdOn(id));
    if (verdict === "yes") allowed.push(recipient);
    else if (verdict === "wait") inUse.push(recipient.claim);
    else skips.push({ id, epoch, reason: verdict });
  }
  if (skips.length > 0) await store.claims.skip(skips);
  if (unknown.length > 0) await store.claims.leaveUnknown(unknown);

  const began = performance.now();
  const { ready, bytes, left, failures, troubled } = await fillCall(dispatch, campaign, allowed, bounds);
  dispatch.costs.note(campaign.id, allowed.length - left.length, { ms: performance.now() - began, bytes });
  if (failures.length > 0) await store.communications.record(failures);
  if (troubled.length > 0) await store.claims.release(troubled.map(({ error: _, ...row }) => row));
  const [trouble] = troubled;
  return { ready, left, inUse, ...(trouble ? { trouble: trouble.error } : {}) };
}
