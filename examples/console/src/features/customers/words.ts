import type { Customer } from "@crm-engine/core";
import type { Contactable } from "@/api/views";
import type { Tone } from "@/ui/badge";

type Refusal = NonNullable<Contactable["reason"]>;
type Consent = NonNullable<Customer["consent"]["email"]>;

/** Why nobody is written to, for a person on the phone. */
const REFUSAL_WORDS: Readonly<Record<Refusal, string>> = {
  erased: "they were erased",
  unsubscribed: "they unsubscribed",
  not_subscribed: "they never opted in, and this engine writes only to those who did",
  suppressed: "the address is suppressed",
  no_address: "there is no address",
  duplicate_address: "somebody else with the same address got the message",
};

/** Where the address is suppressed: by what. */
const SUPPRESSED_WORDS: Readonly<Partial<Record<NonNullable<Contactable["suppressedBy"]>, string>>> = {
  unsubscribed: "somebody at the address unsubscribed",
  complained: "somebody at the address complained",
  bounced: "the address bounced: there is no such mailbox",
  soft_bounced: "the address bounced five times in a row",
  blocked: "the address was suppressed by hand",
  erased: "the address was somebody's who was erased",
};

export function refusalWords({ reason, suppressedBy }: Contactable): string {
  const ofAddress = reason === "suppressed" && suppressedBy !== undefined ? SUPPRESSED_WORDS[suppressedBy] : undefined;
  return ofAddress ?? (reason === undefined ? "the gate refuses" : REFUSAL_WORDS[reason]);
}

const SAID_BY: Readonly<Record<Consent["by"], string>> = {
  record: "as an upload or a form said",
  complained: "by a spam report",
  unsubscribed: "by themselves",
  default: "nobody said anything; the engine's setting decides",
};

export function consentWords(consent: Consent | undefined): {
  readonly short: string;
  readonly long: string;
  readonly tone: Tone;
} {
  if (consent === undefined)
    return { short: "not asked", long: "Nothing was said, and this engine writes only to those who opted in.", tone: "plain" };
  const by = SAID_BY[consent.by];
  if (consent.state === "withdrawn") return { short: "withdrawn", long: `Consent was withdrawn, ${by}`, tone: "warn" };
  if (consent.by === "default") return { short: "by default", long: `Subscribed by default: ${by}.`, tone: "info" };
  return { short: "subscribed", long: `Subscribed, ${by}`, tone: "good" };
}

const REASONS: Readonly<Record<string, string>> = {
  unsubscribed: "unsubscribed",
  not_subscribed: "never opted in",
  suppressed: "address suppressed",
  erased: "erased",
  no_address: "no address",
  duplicate_address: "address had it already",
  campaign_cancelled: "campaign cancelled",
  audience_frozen: "audience was frozen",
  by_operator: "by an operator",
  deferred_too_long: "deferred for too long",
};
/** Of a log row; a vendor's own words stay as they are. */
export const reasonWords = (reason: string): string => REASONS[reason] ?? reason;

export const customerHref = (id: string): string => `/customer?id=${encodeURIComponent(id)}`;
export const orderHref = (id: string): string => `/order?id=${encodeURIComponent(id)}`;
export const campaignHref = (id: string): string => `/campaign?id=${encodeURIComponent(id)}`;
