import { type AddressField, CHANNEL, type Channel } from "../channel.js";
import type { DefaultConsent, StoredCustomer } from "../customer.js";

/** By which channel an audience is to be reached, and what it means where nobody said anything of it. */
export interface ReachQuestion {
  readonly channel: Channel;
  readonly defaultConsent: DefaultConsent;
}

/** Why some of an audience would get no message, each of them once, by the first reason in the order of the gate. */
export const REACH_REFUSALS = ["unsubscribed", "notSubscribed", "suppressed", "noAddress", "sharedAddress"] as const;
export type ReachRefusal = (typeof REACH_REFUSALS)[number];

/** How many of an audience each reason holds for. Of people who share an address all but one are left out. */
export type Reach = Readonly<Record<ReachRefusal, number>>;

type Person = Pick<StoredCustomer, "consent" | "marks" | AddressField>;

/** What records say, counted one by one: the definition, and what the reference store does. */
export function reachOf(people: Iterable<Person>, { channel, defaultConsent }: ReachQuestion): Reach {
  const reach: Record<ReachRefusal, number> = {
    unsubscribed: 0,
    notSubscribed: 0,
    suppressed: 0,
    noAddress: 0,
    sharedAddress: 0,
  };
  const taken = new Set<string>();
  for (const person of people) {
    const address = person[CHANNEL[channel].address];
    const refusal = refusalOf(person, { channel, defaultConsent });
    if (refusal !== undefined) reach[refusal] += 1;
    else if (address === undefined) reach.noAddress += 1;
    else if (taken.has(address)) reach.sharedAddress += 1;
    else taken.add(address);
  }
  return reach;
}

function refusalOf({ consent, marks }: Person, { channel, defaultConsent }: ReachQuestion): ReachRefusal | undefined {
  const refusal = marks[channel]?.refusal;
  if (consent[channel]?.state === "withdrawn" || refusal === "unsubscribed") return "unsubscribed";
  if ((consent[channel]?.state ?? defaultConsent) === "none") return "notSubscribed";
  return refusal === "suppressed" ? "suppressed" : undefined;
}
