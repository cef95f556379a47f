import type { AddressHold } from "../../model/contact/address-hold.js";
import type { AddressReservation } from "../../ports/claims.js";
import type { EngineParts } from "../engine-parts.js";
import type { Addressed } from "./recipients.js";

/** Of each recipient by the id of its row, whether it may have its address now. */
export type ReserveAddresses = (recipients: readonly Addressed[]) => Promise<(id: string) => AddressHold>;

/**
 * Reserves addresses for the rows of one claim. Under one claim a row asks for one address: one that moves meanwhile has to be claimed
 * again, which gives the address before back.
 */
export function addressReserver({ store }: Pick<EngineParts, "store">, campaignId: string): ReserveAddresses {
  const asked = new Map<string, string>();
  return async (recipients) => {
    const reservations: AddressReservation[] = [];
    const moved = new Set<string>();
    for (const { claim, addressHash: hash } of recipients) {
      const { id, epoch } = claim;
      if ((asked.get(id) ?? hash) !== hash) moved.add(id);
      else reservations.push({ id, epoch, addressHash: hash });
      asked.set(id, asked.get(id) ?? hash);
    }
    const others =
      reservations.length > 0 ? await store.claims.reserveAddresses(campaignId, reservations) : new Map<string, never>();
    return (id) => (moved.has(id) ? "in_use" : (others.get(id) ?? "free"));
  };
}
