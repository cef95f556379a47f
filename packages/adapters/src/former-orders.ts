import type { Stamp } from "@crm-engine/core/ports";

/**
 * Orders refer to their customer; those of one that was erased, to a tombstone of their own under an id that no customer can have. So
 * whoever comes back under the customer's id has none of them.
 */
export const FORMER = "~";

/** The id to which the orders refer that a customer had when it was erased. */
export function formerId(customerId: string, stamp: Stamp): string {
  return `${customerId}${FORMER}${stamp}`;
}

/** The id of the customer whose orders refer to this one, or did. */
export function customerIdIn(ownerId: string): string {
  const end = ownerId.indexOf(FORMER);
  return end < 0 ? ownerId : ownerId.slice(0, end);
}

/** All ids of a customer's former orders lie between these. */
export function formerIds(customerId: string): { readonly after: string; readonly before: string } {
  return { after: `${customerId}${FORMER}`, before: `${customerId}${FORMER}${FORMER}` };
}
