import type { ClaimedCommunication, SkipReason } from "../model/communication-log.js";
import type { AddressHold } from "../model/contact/address-hold.js";

/** A claimed row: writes go through only while the epoch is still its own. */
export interface ClaimRef {
  readonly id: string;
  readonly epoch: number;
}

export interface ClaimRequest {
  readonly campaignId: string;
  readonly limit: number;
  readonly leaseMs: number;
}

/** A held row becomes pending again. */
export interface Release extends ClaimRef {
  readonly delayMs: number;
  readonly reason?: string;
  /** Takes back the attempt that `beginCalls` counted, if it did. */
  readonly refund?: boolean;
  /** The vendor surely took no message of the row's generation, under this claim or before. */
  readonly refused?: boolean;
  /** It waits for its address until it is due. */
  readonly waits?: boolean;
}

/** A held row asks for an address within its campaign. */
export interface AddressReservation extends ClaimRef {
  readonly addressHash: string;
}

/** Rows of the communication log that workers hold. Every change of a held row is a compare-and-set on its epoch; times are of the store's clock. */
export interface Claims {
  /** Up to `limit` pending rows that are due, the earliest due first, become `claimed`, each with a raised epoch; no row goes to two callers. */
  claim(request: ClaimRequest): Promise<readonly ClaimedCommunication[]>;
  /** Extends leases that are still held; returns the ids that are. */
  renew(claims: readonly ClaimRef[], leaseMs: number): Promise<ReadonlySet<string>>;
  /**
   * Reserves each address hash for its row and claim, within the campaign, where `holdOf` says that it is free; a row may ask again, and
   * asks for one address under a claim. Of several rows one gets it, and of one call's those that have it already come first. Returns the
   * others, and what keeps them.
   */
  reserveAddresses(
    campaignId: string,
    reservations: readonly AddressReservation[],
  ): Promise<ReadonlyMap<string, Exclude<AddressHold, "free">>>;
  /**
   * Marks held rows as in a vendor call (one more attempt, its address, the time if it is the generation's first, and since when it is handed over) where at least `timeoutMs` of lease is left and the
   * customer is not erased, so that no address outlives an erasure; returns the ids marked.
   */
  beginCalls(
    calls: readonly (ClaimRef & { readonly to: string; readonly addressHash?: string })[],
    timeoutMs: number,
  ): Promise<ReadonlySet<string>>;
  /** Held rows become pending again, due after `delayMs`: with 0 they stay due, whatever the clock did meanwhile. */
  release(claims: readonly Release[]): Promise<void>;
  /** Takes back the last attempt of rows that are pending since this claim gave them back, and that nobody has claimed since. Again takes back nothing. */
  refund(claims: readonly ClaimRef[]): Promise<void>;
  /** Held rows become skipped. */
  skip(claims: readonly (ClaimRef & { readonly reason: SkipReason })[]): Promise<void>;
  /** Held rows become `unknown`: the vendor may or may not have taken the message. */
  leaveUnknown(claims: readonly (ClaimRef & { readonly reason: string })[]): Promise<void>;
  /**
   * Takes back up to `limit` rows of any campaign whose lease has ended: pending where no call was begun or where the vendor honours keys, else unknown.
   * Returns how many.
   */
  sweep(options: { readonly vendorHonoursKeys: boolean; readonly limit: number }): Promise<number>;
}
