import type { AddressField, Channel } from "../model/channel.js";
import type { Reach, ReachQuestion } from "../model/contact/reach.js";
import type { AddressKey } from "../model/contact/suppression.js";
import type { CustomerChange, CustomerOutcome, Stamp, StoredCustomer, SuppressionMark } from "../model/customer.js";
import type { CustomerProfile, ProfileBounds } from "../model/figures/customer-profile.js";
import type { Instant } from "../model/instant.js";
import type { StatusWith } from "../model/receipt.js";
import type { Condition } from "../query/condition/condition.js";
import type { Page, PageRequest } from "./page.js";

export interface Customers {
  /**
   * Folds each change with `foldCustomerChange`, atomically for each customer; changes to one customer in their order here.
   * A change no newer than its customer's erasure is `erased`, one that passes the bound of a record `too_large`: either changes
   * nothing, and costs its neighbours nothing.
   */
  apply(changes: readonly CustomerChange[]): Promise<readonly CustomerOutcome[]>;
  /**
   * Erases for good: what is left is a tombstone (id and stamp), which no read, list, count or rule finds. Log rows of the
   * customer lose their address and the vendor's words (`reasonWithoutWords`). Orders stay under the id, and are nobody's: a newer change, or
   * order, makes a new customer, who has none of them. Of an unknown id a tombstone is left too. With a stamp no later than the last
   * erasure's it only repeats what that did to log rows and orders of before. Returns the hashes of the addresses that were erased;
   * undefined where there was nobody. Orders that are the new customer's own are marked as stale (`StaleMark`).
   */
  erase(id: string, stamp: Stamp): Promise<StoredCustomer["addressHashes"] | undefined>;
  get(id: string): Promise<StoredCustomer | undefined>;
  /** Those of the ids that exist, in no particular order. */
  getMany(ids: readonly string[]): Promise<readonly StoredCustomer[]>;
  /** For each of these addresses that somebody has in the field: the ids of all who have it, lowest first. */
  findOwners(field: AddressField, addresses: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
  /** Everyone for whom the condition holds, exactly as core's `holds` says, by id. */
  find(condition: Condition, page: PageRequest, options?: QueryOptions): Promise<Page<StoredCustomer>>;
  /**
   * Everyone of whom a term (`searchTerms`) begins so, each once: by the first such term, and then by id, both by code point. A page
   * costs the same however many are found.
   */
  search(prefix: string, page: PageRequest): Promise<Page<StoredCustomer>>;
  count(condition: Condition, options?: QueryOptions): Promise<number>;
  /**
   * `count`, and up to `examples` of those counted, whichever come first: fewer where looking for more would take longer than to count.
   * With `reach`, in the same pass, what `reachOf` says of those counted.
   */
  preview(condition: Condition, examples: number, reach?: ReachQuestion, options?: QueryOptions): Promise<AudiencePreview>;
  /** How many there are of whom the condition holds, what they spent, and how they are distributed, in one pass. */
  profile(condition: Condition, bounds: ProfileBounds, options?: QueryOptions): Promise<CustomerProfile>;
  /** The id of the `size`-th customer after `after` (from the first, if absent); undefined when fewer are left. */
  idAfter(after: string | undefined, size: number): Promise<string | undefined>;
  /** Sets each mark on all who have the address now, where no later version has marked them. */
  mark(marks: readonly AddressMark[]): Promise<void>;
  /** Folds each withdrawal with `withdrawConsent`; unknown ids are ignored. */
  withdrawConsent(withdrawals: readonly ConsentWithdrawal[]): Promise<void>;
}

/** What the evidence of an address, at a version, says of those who have it. */
export interface AddressMark extends AddressKey, SuppressionMark {}

export interface AudiencePreview {
  readonly count: number;
  /** In no particular order. */
  readonly examples: readonly StoredCustomer[];
  /** Where it was asked for. */
  readonly reach?: Reach;
}

/** At the signal the server stops working on the query, and the call rejects with the signal's `reason`. */
export interface QueryOptions {
  readonly signal?: AbortSignal;
}

export interface ConsentWithdrawal {
  readonly customerId: string;
  readonly channel: Channel;
  readonly by: StatusWith<"withdrawsConsent">;
  readonly at: Instant;
}
