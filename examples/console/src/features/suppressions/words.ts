import type { Channel } from "@crm-engine/core";
import type { Suppression } from "@/api/views";

type EvidenceKind = Suppression["evidence"][number]["kind"];

export const CHANNELS: readonly Channel[] = ["email", "sms"];
export const CHANNEL_WORDS: Readonly<Record<Channel, string>> = { email: "E-mail", sms: "SMS" };

export const EVIDENCE_WORDS: Readonly<Record<EvidenceKind, string>> = {
  unsubscribed: "Unsubscribed",
  complained: "Complained: reported as spam",
  bounced: "Bounced: there is no such mailbox",
  soft_bounced: "Bounced for the time being",
  blocked: "Suppressed by hand",
  erased: "Its person was erased",
  delivered: "A message was delivered",
  subscribed: "Opted in",
  confirmed: "Opted in, one by one",
  unblocked: "Lifted by hand",
};

/** What would end it. */
export const LIFTED_BY: Readonly<Partial<Record<EvidenceKind, string>>> = {
  unsubscribed: "Only a later, dated opt-in of the person lifts this.",
  complained: "Only a later, dated opt-in of the person lifts this.",
  bounced: "A later opt-in lifts this, or you by hand.",
  soft_bounced: "Five in a row. A delivery or an opt-in lifts this, or you by hand.",
  blocked: "Only an operator lifts this, by hand.",
  erased: "Only a later opt-in that comes one by one lifts this.",
};
/** Of these an operator's word is enough. */
export const LIFTED_BY_HAND: ReadonlySet<string> = new Set(["bounced", "soft_bounced", "blocked"]);
