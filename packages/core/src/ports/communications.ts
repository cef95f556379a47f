import type {
  CampaignCounts,
  ClaimedCommunication,
  DeliveryFact,
  DeliveryStatus,
  SkipReason,
  StoredCommunication,
} from "../model/communication-log.js";
import type { Channel } from "../model/customer.js";
import type { Instant } from "../model/instant.js";
import type { Condition } from "../query/condition/condition.js";
import type { ClaimRef, ClaimRequest } from "./claims.js";
import type { Page, PageRequest } from "./page.js";

export interface PlanRange {
  readonly campaignId: string;
  readonly channel: Channel;
  readonly condition: Condition;
  /** Customer ids in `(after, upTo]`; an absent end is open. */
  readonly after?: string;
  readonly upTo?: string;
  readonly plannedAt: Instant;
  /** Epoch of the planner's lease: where given, nothing is added unless the campaign is planning under it. */
  readonly epoch?: number;
}

export interface RowsToSettle<S extends DeliveryStatus> {
  readonly campaignId: string;
  readonly status: S;
  /** Only these; all, if absent. */
  readonly ids?: readonly string[];
  readonly limit: number;
}

/** The ledger. Time for leases and due rows is the store's. */
export interface Communications {
  /** One statement on the server: a pending row, due at once, for everyone in the range for whom the condition holds; existing rows stay as they are. Returns rows added. */
  plan(range: PlanRange): Promise<number>;
  get(id: string): Promise<StoredCommunication | undefined>;
  /** By id. */
  list(
    filter: { readonly campaignId?: string; readonly customerId?: string; readonly status?: DeliveryStatus },
    page: PageRequest,
  ): Promise<Page<StoredCommunication>>;
  stats(campaignId: string): Promise<CampaignCounts>;
  /** Up to `limit` pending rows that are due, the earliest due first, become `claimed`, each with a raised epoch; no row goes to two callers. */
  claim(request: ClaimRequest): Promise<readonly ClaimedCommunication[]>;
  /** Extends leases that are still held; returns the ids that are. */
  renew(claims: readonly ClaimRef[], leaseMs: number): Promise<ReadonlySet<string>>;
  /**
   * Reserves each address hash for its row within the campaign, for ever; the first row to ask has it. Returns the ids whose
   * address another row has.
   */
  reserveAddresses(
    campaignId: string,
    reservations: readonly { readonly id: string; readonly addressHash: string }[],
  ): Promise<ReadonlySet<string>>;
  /**
   * Marks held rows as in a vendor call (one more attempt, its address) where at least `timeoutMs` of lease is left and the
   * customer is not erased, so that no address outlives an erasure; returns the ids marked.
   */
  beginCalls(calls: readonly (ClaimRef & { readonly to: string })[], timeoutMs: number): Promise<ReadonlySet<string>>;
  /** Held rows become pending again, due after `delayMs`; `refund` takes back the attempt that `beginCalls` counted. */
  release(
    claims: readonly (ClaimRef & { readonly delayMs: number; readonly reason?: string; readonly refund?: boolean })[],
  ): Promise<void>;
  /** Takes back the last attempt of rows that are pending since this claim gave them back, and that nobody has claimed since. Again takes back nothing. */
  refund(claims: readonly ClaimRef[]): Promise<void>;
  /** Held rows become skipped. */
  skip(claims: readonly (ClaimRef & { readonly reason: SkipReason })[]): Promise<void>;
  /** Held rows become `unknown`: the vendor may or may not have taken the message. */
  leaveUnknown(claims: readonly (ClaimRef & { readonly reason: string })[]): Promise<void>;
  /** Folds each fact with `foldFact`, atomically for each row; a settled row is out of every claim. Returns the channel of each known row, by id. */
  record(facts: readonly DeliveryFact[]): Promise<ReadonlyMap<string, Channel>>;
  /**
   * Takes back up to `limit` rows of any campaign whose lease has ended: pending where no call was begun or where the vendor honours keys, else unknown.
   * Returns how many.
   */
  sweep(options: { readonly vendorHonoursKeys: boolean; readonly limit: number }): Promise<number>;
  /** Up to `limit` rows in no worker's hands become skipped; returns how many. */
  skipRows(rows: RowsToSettle<"pending" | "unknown"> & { readonly reason: SkipReason }): Promise<number>;
  /**
   * Up to `limit` rows whose `reopening` is lower become pending, due at once, in their next generation (`reopenLog`), with this
   * `reopening`; returns how many. So a reopening that died half-way goes on, and one that runs again reopens nothing twice.
   */
  reopen(rows: RowsToSettle<"failed" | "unknown"> & { readonly reopening: number }): Promise<number>;
  /** Whether any row is pending or claimed, and when the earliest pending one is due. */
  open(campaignId: string): Promise<{ readonly pending: boolean; readonly claimed: boolean; readonly nextDueAt?: Instant }>;
}
