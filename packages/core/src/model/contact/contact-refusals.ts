/** Why a message may not go to somebody: the reasons of skipped rows, and the order in which they are looked at. */
export const CONTACT_REFUSALS = [
  "erased",
  "unsubscribed",
  "not_subscribed",
  "suppressed",
  "no_address",
  "duplicate_address",
] as const;
export type ContactRefusal = (typeof CONTACT_REFUSALS)[number];
