import type { ClaimedCommunication, DeliveryFact } from "../../model/communication-log.js";
import type { Instant } from "../../model/instant.js";

/** A fact that this worker has learned about a row it claimed. */
export function deliveryFact(
  at: Instant,
  claim: ClaimedCommunication,
  status: "sent" | "failed",
  {
    reason,
    vendorMessageId,
    refused,
  }: { readonly reason?: string; readonly vendorMessageId?: string; readonly refused?: boolean },
): DeliveryFact {
  return {
    logId: claim.id,
    generation: claim.generation,
    status,
    at,
    ...(reason === undefined ? {} : { reason }),
    ...(vendorMessageId === undefined ? {} : { vendorMessageId }),
    ...(refused ? { refused } : {}),
  };
}
