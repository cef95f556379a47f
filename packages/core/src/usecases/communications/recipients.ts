import { CHANNEL } from "../../model/channel.js";
import type { ClaimedCommunication, SkipReason } from "../../model/communication-log.js";
import type { AddressHold } from "../../model/contact/address-hold.js";
import { type ContactVerdict, mayContact } from "../../model/contact/may-contact.js";
import type { Suppression } from "../../model/contact/suppression.js";
import type { StoredCustomer } from "../../model/customer.js";
import type { ClaimRef } from "../../ports/claims.js";
import type { Sender } from "../../ports/sender.js";
import type { EngineParts } from "../engine-parts.js";

/** A claimed row and whom its message may go to. */
export interface Addressed {
  readonly claim: ClaimedCommunication;
  readonly person: StoredCustomer;
  readonly to: string;
  readonly addressHash: string;
}

/** Claimed rows by what may become of them now. */
export interface Recipients {
  readonly addressed: Addressed[];
  readonly skips: (ClaimRef & { readonly reason: SkipReason })[];
  /** Rows that the vendor may have taken, and that must not be sent again. */
  readonly unknown: (ClaimRef & { readonly reason: string })[];
  /** What the gate says of an addressed row, now that it is known who else of the campaign has the address. */
  readonly verdictOf: (recipient: Addressed, hold: AddressHold) => ContactVerdict;
}

/** Everything that the gate is asked with is read here, after the claim: the records, and then what is known of their addresses. */
export async function readRecipients(
  { store, addresses, context }: EngineParts,
  claims: readonly ClaimedCommunication[],
  vendor: Pick<Sender, "remembersKeysMs">,
): Promise<Recipients> {
  const hasher = await addresses();
  const found = await store.customers.getMany(claims.map(({ customerId }) => customerId));
  const people = new Map(found.map((person) => [person.id, person]));
  const rows = claims.map((claim) => {
    const person = people.get(claim.customerId);
    const field = CHANNEL[claim.channel].address;
    const to = person?.[field];
    return { claim, person, to, addressHash: to === undefined ? undefined : hasher.hash(field, to) };
  });
  const keys = rows.flatMap(({ claim: { channel }, addressHash: hash }) => (hash === undefined ? [] : [{ channel, hash }]));
  const known = await store.suppressions.getMany(keys);
  const evidence = new Map(known.map((one): readonly [string, Suppression] => [`${one.channel}:${one.hash}`, one]));

  const verdictOf = (
    { claim: { channel }, person, to, addressHash }: Partial<Addressed> & Pick<Addressed, "claim">,
    hold: AddressHold,
  ): ContactVerdict =>
    mayContact({
      person: person && { consent: person.consent[channel], address: to },
      defaultConsent: context.defaultConsent ?? "subscribed",
      evidence: evidence.get(`${channel}:${addressHash}`),
      hold,
    });

  const recipients: Recipients = { addressed: [], skips: [], unknown: [], verdictOf };
  for (const { claim, person, to, addressHash } of rows) {
    const { id, epoch } = claim;
    const row = { claim, ...(person && { person }), ...(to === undefined ? {} : { to, addressHash: addressHash ?? "" }) };
    const verdict = verdictOf(row, "free");
    const doubt = doubtOf(claim, to, vendor);
    const undecided = verdict === "yes" || verdict === "wait" || verdict === "no_address";
    if (undecided && doubt !== undefined) recipients.unknown.push({ id, epoch, reason: doubt });
    else if (verdict !== "yes" && verdict !== "wait") recipients.skips.push({ id, epoch, reason: verdict });
    else if (person && to !== undefined && addressHash !== undefined)
      recipients.addressed.push({ claim, person, to, addressHash });
  }
  return recipients;
}

/**
 * Why calling again could bring the message twice: the vendor may have taken it, and its key may be forgotten before this claim's lease
 * ends, or it would go to another address than the call of which nobody knows.
 */
function doubtOf(
  { handedOverAt, leaseUntil, to: calledTo }: ClaimedCommunication,
  to: string | undefined,
  { remembersKeysMs }: Pick<Sender, "remembersKeysMs">,
): string | undefined {
  if (handedOverAt === undefined) return undefined;
  if (leaseUntil - handedOverAt > remembersKeysMs) return "key_forgotten";
  return to !== undefined && to === calledTo ? undefined : "address_changed";
}
