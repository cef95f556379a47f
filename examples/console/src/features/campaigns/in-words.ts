const WORDS: Readonly<Record<string, string>> = {
  unsubscribed: "unsubscribed",
  not_subscribed: "not subscribed",
  suppressed: "suppressed",
  erased: "erased",
  no_address: "no address",
  duplicate_address: "shared address",
  campaign_cancelled: "campaign cancelled",
  audience_frozen: "too late for the audience",
  by_operator: "settled by hand",
  error_rate: "too many failures",
  vendor_down: "the sending service is down",
  missed_schedule: "missed its schedule",
  deferred_too_long: "put off for too long",
};

/** A reason in words; a vendor's own stays as it is. */
export const inWords = (reason: string): string => WORDS[reason] ?? reason;
