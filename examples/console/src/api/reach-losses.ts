/** Why people of an audience are not sent to, in the order in which the engine asks: each person has the first that holds. */
export const REACH_LOSSES = [
  ["unsubscribed", "unsubscribed"],
  ["notSubscribed", "not subscribed"],
  ["suppressed", "suppressed"],
  ["noAddress", "no address"],
  ["sharedAddress", "shared address"],
] as const;
