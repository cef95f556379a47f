import type { ClaimedCommunication, DeliveryFact } from "../../model/communication-log.js";
import type { Instant } from "../../model/instant.js";
import type { ClaimRef, Release } from "../../ports/claims.js";
import type { Sender } from "../../ports/sender.js";
import type { EngineParts } from "../engine-parts.js";
import { publicReason } from "../sender/public-reason.js";
import { retryDelayMs } from "../sender/retry-delay.js";
import type { VendorAnswer } from "../sender/vendor-call.js";
import { deliveryFact } from "./delivery-fact.js";
import type { ReadyMessage } from "./fill-call.js";

export interface Judgement {
  /** Permanent answers of the vendor. */
  readonly facts: DeliveryFact[];
  /** Rows that are not tried again: no verdict of the vendor's. */
  readonly exhausted: (ClaimRef & { readonly fact: DeliveryFact })[];
  readonly retries: (Release & Required<Pick<Release, "reason" | "refund" | "refused">>)[];
  readonly unknown: (ClaimRef & { readonly reason: string })[];
}

/** What is known of rows beside the answer. */
export interface Deferral {
  /** When the answer came. */
  readonly answeredAt: Instant;
  /** Whether a failed call does not count as an attempt: such a row is never given up. */
  readonly isFree: (id: string) => boolean;
  /** For how long the vendor has put it off. */
  readonly deferredForMs: (claim: ClaimedCommunication) => number;
}

/** What a call's answer means for each of its rows. A throttled call is no attempt. What is neither accepted nor rejected is tried again, until the time for it is up. */
export function judgeResults(
  parts: Pick<EngineParts, "maxAttempts" | "retryMs">,
  vendor: Pick<Sender, "remembersKeysMs">,
  batch: readonly ReadyMessage[],
  { results, failure }: VendorAnswer,
  { answeredAt, isFree, deferredForMs }: Deferral,
): Judgement {
  const judgement: Judgement = { facts: [], exhausted: [], retries: [], unknown: [] };
  for (const { claim, message } of batch) {
    const { id, epoch } = claim;
    const result = results.get(message.id);
    const attempts = claim.attempts + 1;
    const said = result?.reason === undefined ? undefined : publicReason(result.reason);
    const reason = result ? (said ?? "the vendor asked to try again") : (failure?.reason ?? "the vendor gave no result");
    const free = failure !== undefined && isFree(id);
    const refund = free || (result ?? failure)?.throttled === true;
    // The vendor speaks for the key, and so for earlier calls under it; a call that it surely did not take says nothing of those.
    const refused = result !== undefined || (failure?.taken === "none" && claim.handedOverAt === undefined);
    if (result?.status === "accepted") judgement.facts.push(deliveryFact(answeredAt, claim, "sent", result));
    else if (result?.status === "rejected")
      judgement.facts.push(
        deliveryFact(answeredAt, claim, "failed", { ...result, reason: said ?? "rejected by the vendor", refused }),
      );
    else if (!result && vendor.remembersKeysMs === 0 && failure?.taken !== "none") judgement.unknown.push({ id, epoch, reason });
    else if (parts.maxAttempts > 0 && attempts >= parts.maxAttempts && !refund) {
      const last = `${reason} (attempt ${attempts} of ${parts.maxAttempts})`;
      judgement.exhausted.push({ id, epoch, fact: deliveryFact(answeredAt, claim, "failed", { reason: last, refused }) });
    } else if (!free && deferredForMs(claim) >= parts.retryMs) {
      judgement.exhausted.push({
        id,
        epoch,
        fact: deliveryFact(answeredAt, claim, "failed", { reason: "deferred_too_long", refused }),
      });
    } else {
      const delayMs = retryDelayMs(attempts, (result ?? failure)?.retryAfterMs);
      judgement.retries.push({ id, epoch, delayMs, reason, refund, refused });
    }
  }
  return judgement;
}
