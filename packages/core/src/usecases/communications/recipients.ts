import { CHANNEL } from "../../model/channel.js";
import type { ClaimedCommunication, SkipReason } from "../../model/communication-log.js";
import type { StoredCustomer } from "../../model/customer.js";
import type { ClaimRef } from "../../ports/claims.js";
import type { Sender } from "../../ports/sender.js";
import type { Addressed } from "./fill-call.js";

/** Claimed rows by what their customers allow now. */
export interface Recipients {
  readonly addressed: Addressed[];
  readonly skips: (ClaimRef & { readonly reason: SkipReason })[];
  /** Rows that the vendor may have taken, and that must not be sent again. */
  readonly unknown: (ClaimRef & { readonly reason: string })[];
}

export function recipientsOf(
  claims: readonly ClaimedCommunication[],
  customers: readonly StoredCustomer[],
  vendor: Pick<Sender, "remembersKeysMs">,
): Recipients {
  const people = new Map(customers.map((person) => [person.id, person]));
  const recipients: Recipients = { addressed: [], skips: [], unknown: [] };
  for (const claim of claims) {
    const { id, epoch, channel } = claim;
    const person = people.get(claim.customerId);
    const to = person?.[CHANNEL[channel].address];
    const doubt = doubtOf(claim, to, vendor);
    if (!person) recipients.skips.push({ id, epoch, reason: "erased" });
    else if (person.consent[channel].state === "withdrawn") recipients.skips.push({ id, epoch, reason: "unsubscribed" });
    else if (doubt !== undefined) recipients.unknown.push({ id, epoch, reason: doubt });
    else if (!to) recipients.skips.push({ id, epoch, reason: "no_address" });
    else recipients.addressed.push({ claim, person, to });
  }
  return recipients;
}

/**
 * Why calling again could bring the message twice: the vendor may have taken it, and its key may be forgotten before this claim's lease
 * ends, or it would go to another address than the call of which nobody knows.
 */
function doubtOf(
  { handedOverAt, leaseUntil, channel, to: calledTo }: ClaimedCommunication,
  to: string | undefined,
  { remembersKeysMs }: Pick<Sender, "remembersKeysMs">,
): string | undefined {
  if (handedOverAt === undefined) return undefined;
  if (leaseUntil - handedOverAt > remembersKeysMs) return "key_forgotten";
  const { canonical } = CHANNEL[channel];
  return to !== undefined && calledTo !== undefined && canonical(to) === canonical(calledTo) ? undefined : "address_changed";
}
