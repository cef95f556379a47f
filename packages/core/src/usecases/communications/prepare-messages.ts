import type { StoredCampaign } from "../../model/campaign.js";
import { CHANNEL } from "../../model/channel.js";
import { type ClaimedCommunication, type DeliveryFact, messageId, type SkipReason } from "../../model/communication-log.js";
import type { StoredCustomer } from "../../model/customer.js";
import type { ClaimRef } from "../../ports/claims.js";
import type { OutgoingMessage } from "../../ports/sender.js";
import { renderMessage } from "../../template/template.js";
import type { EngineParts } from "../engine-parts.js";
import { addressHash } from "./address-hash.js";
import { deliveryFact } from "./delivery-fact.js";

/** A claimed row and the message to its recipient. */
export interface ReadyMessage {
  readonly claim: ClaimedCommunication;
  readonly message: OutgoingMessage;
}

interface Addressed {
  readonly claim: ClaimedCommunication;
  readonly person: StoredCustomer;
  readonly to: string;
}

/** Skips recipients who may not get the message now, and renders it for the others. */
export async function prepareMessages(
  parts: EngineParts,
  campaign: StoredCampaign,
  claims: readonly ClaimedCommunication[],
): Promise<readonly ReadyMessage[]> {
  const { customers, communications } = parts.store;
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
  const taken = await takenAddresses(parts, campaign, addressed);
  const ready: ReadyMessage[] = [];
  const failures: DeliveryFact[] = [];
  for (const recipient of addressed) {
    const { claim } = recipient;
    if (taken.has(claim.id)) {
      skips.push({ id: claim.id, epoch: claim.epoch, reason: "duplicate_address" });
      continue;
    }
    try {
      ready.push({ claim, message: messageTo(parts, campaign, recipient) });
    } catch {
      failures.push(deliveryFact(parts, claim, "failed", { reason: "the message could not be rendered for this customer" }));
    }
  }
  if (skips.length > 0) await parts.store.claims.skip(skips);
  if (failures.length > 0) await communications.record(failures);
  return ready;
}

/** Ids of rows whose address another row of the campaign has. */
async function takenAddresses(
  { store }: EngineParts,
  campaign: StoredCampaign,
  addressed: readonly Addressed[],
): Promise<ReadonlySet<string>> {
  if (addressed.length === 0) return new Set();
  const reservations = addressed.map(({ claim, to }) => ({
    id: claim.id,
    addressHash: addressHash(campaign.id, claim.channel, to),
  }));
  return store.claims.reserveAddresses(campaign.id, reservations);
}

function messageTo(parts: EngineParts, campaign: StoredCampaign, { claim, person, to }: Addressed): OutgoingMessage {
  const { customerId, channel } = claim;
  const id = messageId(claim);
  const unsubscribeUrl = parts.unsubscribeUrl?.(id);
  return {
    id,
    campaignId: campaign.id,
    customerId,
    channel,
    to,
    ...renderMessage(campaign.message, person, parts.context),
    ...(unsubscribeUrl === undefined ? {} : { unsubscribeUrl }),
  };
}
