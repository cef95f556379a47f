import type { ClaimedCommunication, StoredCommunication } from "@crm-engine/core/ports";
import type { CommunicationDocument } from "./collections.js";

export function toLog(document: CommunicationDocument): StoredCommunication {
  const { _id, epoch: _epoch, leaseUntil: _leaseUntil, call: _call, claimedBy: _claimedBy, ...rest } = document;
  const { handedOverEpoch: _handedOverEpoch, earlierHandOvers: _earlierHandOvers, ...log } = rest;
  return { id: _id, ...log };
}

export function toClaimedLog(document: CommunicationDocument): ClaimedCommunication {
  return { ...toLog(document), epoch: document.epoch, leaseUntil: document.leaseUntil };
}

/** The ids of a campaign's rows: all that begin with `campaignId:`, since `;` is the character after `:`. */
export function idsOfCampaign(campaignId: string): { readonly $gt: string; readonly $lt: string } {
  return { $gt: `${campaignId}:`, $lt: `${campaignId};` };
}
