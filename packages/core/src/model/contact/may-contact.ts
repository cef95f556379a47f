import type { Consent, DefaultConsent, SuppressionMark } from "../customer.js";
import type { AddressHold } from "./address-hold.js";
import type { ContactRefusal } from "./contact-refusals.js";
import { type FoldedEvidence, NO_EVIDENCE, suppressedBy } from "./suppression.js";

/** Everything that decides whether a message may go to somebody, as it is known after its row was claimed. */
export interface ContactQuestion {
  /** The customer's record; undefined where there is none any more. */
  readonly person: { readonly consent: Consent | undefined; readonly address: string | undefined } | undefined;
  readonly defaultConsent: DefaultConsent;
  /** What is known of the address. */
  readonly evidence: FoldedEvidence | undefined;
  /** Whether another row of the campaign has the address. */
  readonly hold: AddressHold;
}

/** `wait`: another row of the campaign has the address, and may yet give it back. */
export type ContactVerdict = "yes" | "wait" | ContactRefusal;

/** The one gate before every vendor call. It is total, and asks nobody. */
export function mayContact({ person, defaultConsent, evidence = NO_EVIDENCE, hold }: ContactQuestion): ContactVerdict {
  if (!person) return "erased";
  const refusal = refusalBy(evidence);
  if (person.consent?.state === "withdrawn" || refusal === "unsubscribed") return "unsubscribed";
  if ((person.consent?.state ?? defaultConsent) === "none") return "not_subscribed";
  if (refusal !== undefined) return refusal;
  if (person.address === undefined) return "no_address";
  if (hold === "free") return "yes";
  return hold === "in_use" ? "wait" : "duplicate_address";
}

/** What evidence alone says. */
export function refusalBy(evidence: FoldedEvidence): SuppressionMark["refusal"] {
  const kind = suppressedBy(evidence)?.kind;
  if (kind === undefined) return undefined;
  return kind === "unsubscribed" || kind === "complained" ? "unsubscribed" : "suppressed";
}
