import { isSliceOver, nextTurn } from "../../event-loop.js";
import type { StoredCampaign } from "../../model/campaign.js";
import { CHANNEL } from "../../model/channel.js";
import type { ClaimedCommunication, SkipReason } from "../../model/communication-log.js";
import type { ClaimRef } from "../../ports/claims.js";
import type { EngineParts } from "../engine-parts.js";
import { addressHash } from "./address-hash.js";
import type { Dispatch } from "./dispatch.js";
import { type Addressed, type CallBounds, type FilledCall, fillCall } from "./fill-call.js";

export interface Prepared extends Pick<FilledCall, "ready" | "left"> {
  /** The first trouble of this engine's own that kept a message from being made. */
  readonly trouble?: unknown;
}

/**
 * Skips who may not get the message now, and makes one call's worth of messages for the others. Nothing has become of the claims
 * that are left.
 */
export async function prepareMessages(
  dispatch: Dispatch,
  campaign: StoredCampaign,
  claims: readonly ClaimedCommunication[],
  bounds: CallBounds,
): Promise<Prepared> {
  const { customers, communications } = dispatch.store;
  const people = new Map((await customers.getMany(claims.map((claim) => claim.customerId))).map((person) => [person.id, person]));
  const skips: (ClaimRef & { reason: SkipReason })[] = [];
  const addressed: Addressed[] = [];
  for (const claim of claims) {
    const person = people.get(claim.customerId);
    const to = person?.[CHANNEL[claim.channel].address];
    if (!person) skips.push({ id: claim.id, epoch: claim.epoch, reason: "erased" });
    else if (person.consent[claim.channel].state === "withdrawn")
      skips.push({ id: claim.id, epoch: claim.epoch, reason: "unsubscribed" });
    else if (!to) skips.push({ id: claim.id, epoch: claim.epoch, reason: "no_address" });
    else addressed.push({ claim, person, to });
  }
  const taken = await takenAddresses(dispatch, campaign, addressed);
  for (const { claim } of addressed) {
    if (taken.has(claim.id)) skips.push({ id: claim.id, epoch: claim.epoch, reason: "duplicate_address" });
  }
  if (skips.length > 0) await dispatch.store.claims.skip(skips);

  const began = performance.now();
  const free = addressed.filter(({ claim }) => !taken.has(claim.id));
  const { ready, bytes, left, failures, troubled } = await fillCall(dispatch, campaign, free, bounds);
  dispatch.costs.note(campaign.id, free.length - left.length, { ms: performance.now() - began, bytes });
  if (failures.length > 0) await communications.record(failures);
  if (troubled.length > 0) await dispatch.store.claims.release(troubled.map(({ error: _, ...row }) => row));
  const [trouble] = troubled;
  return { ready, left, ...(trouble ? { trouble: trouble.error } : {}) };
}

/** Ids of rows whose address another row of the campaign has. */
async function takenAddresses(
  { store }: EngineParts,
  campaign: StoredCampaign,
  addressed: readonly Addressed[],
): Promise<ReadonlySet<string>> {
  if (addressed.length === 0) return new Set();
  const reservations: { readonly id: string; readonly addressHash: string }[] = [];
  for (const { claim, to } of addressed) {
    reservations.push({ id: claim.id, addressHash: addressHash(campaign.id, claim.channel, to) });
    if (isSliceOver()) await nextTurn();
  }
  return store.claims.reserveAddresses(campaign.id, reservations);
}
