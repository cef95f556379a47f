/** The eight states, always in this order, each with its word and what it means. */
export const DELIVERY_WORDS = {
  pending: { word: "waiting", meaning: "not begun yet" },
  claimed: { word: "being sent", meaning: "in a worker's hands" },
  sent: { word: "sent", meaning: "the sending service took it" },
  delivered: { word: "delivered", meaning: "the sending service says that it arrived" },
  bounced: { word: "bounced", meaning: "came back: the mailbox does not exist, or takes nothing" },
  failed: { word: "failed", meaning: "refused for good, with a reason" },
  skipped: { word: "skipped", meaning: "was not to be written to: no consent, no address, and the like" },
  unknown: { word: "unclear", meaning: "the line broke while it was handed over: nobody knows whether it was sent" },
} as const;

export type DeliveryState = keyof typeof DELIVERY_WORDS;
export const DELIVERY_STATES = Object.keys(DELIVERY_WORDS) as readonly DeliveryState[];
export const isDeliveryState = (text: string): text is DeliveryState => text in DELIVERY_WORDS;
export const deliveryWord = (text: string): string => (isDeliveryState(text) ? DELIVERY_WORDS[text].word : text);
