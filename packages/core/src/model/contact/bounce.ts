/** `hard`: there is no such mailbox. `soft`: it can't be reached now. */
export const BOUNCES = ["hard", "soft"] as const;
export type Bounce = (typeof BOUNCES)[number];

/** Enhanced status codes (RFC 3463) of the class of permanent failures: 5.1 is about the address, 5.2 about the mailbox, 5.2.1 about one that is closed. */
const HARD = /\b5\.(?:1\.\d{1,3}|2\.1)\b/;
const OF_MAILBOX = /\b5\.2\.\d{1,3}\b/;

/** What a bounce is that a vendor does not call hard or soft: soft, unless its reason names the mailbox. A block of a whole relay bounces nobody hard. */
export function bounceBy(reason: string | undefined): Bounce {
  return reason !== undefined && HARD.test(reason) ? "hard" : "soft";
}

/** What a refused message says of its mailbox, by the same codes; most refusals are about the message, and say nothing. */
export function bounceByRefusal(reason: string | undefined): Bounce | undefined {
  if (reason === undefined) return undefined;
  if (HARD.test(reason)) return "hard";
  return OF_MAILBOX.test(reason) ? "soft" : undefined;
}
