import type { Batch, BatchKind, BatchStatus, Fates, Rejection } from "../model/batch.js";
import type { Campaign, CampaignStatus } from "../model/campaign.js";
import type {
  CampaignStats,
  ClaimedLog,
  CommunicationLog,
  DeliveryFact,
  DeliveryStatus,
  SkipReason,
} from "../model/communication-log.js";
import type { Channel, CustomerChange, CustomerOutcome, Stamp, StoredCustomer } from "../model/customer.js";
import type { Instant } from "../model/instant.js";
import type { Order, OrderChange, OrderOutcome } from "../model/order.js";
import type { Segment } from "../model/segment.js";
import type { Condition } from "../query/condition/condition.js";

/** The engine's clock. Leases and due times of a store run on the store's own. */
export type Clock = () => Instant;
/** A new id that sorts by time (UUIDv7). */
export type NewId = () => string;

/** A keyset page: everything once, in order, however rows are added meanwhile. `cursor` is opaque, from the page before. */
export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string;
}
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** What a server calls itself, and how far `202` may be believed; `warnings` are for the operator, one sentence each. */
export interface ServiceInfo {
  readonly name: string;
  readonly version: string;
  readonly durable: boolean;
  readonly warnings: readonly string[];
}

/**
 * Where everything lives. Every write is an upsert on a derived id or a compare-and-set, so that repeating it is free and
 * no multi-document transaction is needed. A write that settles is durable as far as `info().durable` says. Failures of the
 * driver come out as CrmError: `unavailable` within 2 s where the store does not answer, `closed` after `close`.
 */
export interface Store {
  readonly customers: Customers;
  readonly orders: Orders;
  readonly segments: Segments;
  readonly campaigns: Campaigns;
  readonly communications: Communications;
  readonly batches: Batches;
  readonly leases: Leases;
  readonly rates: Rates;
  readonly results: Results;
  readonly idempotency: Idempotency;
  /** Connects if need be and asks the server. */
  info(): Promise<ServiceInfo>;
  /** Waits for calls in flight, then closes what the store opened. Idempotent. */
  close(): Promise<void>;
}

export interface Customers {
  /**
   * Folds each change with `applyCustomerChange`, atomically for each customer; changes to one customer in their order here.
   * A change no newer than its customer's erasure is `erased`, and changes nothing.
   */
  apply(changes: readonly CustomerChange[]): Promise<readonly CustomerOutcome[]>;
  /**
   * Erases for good: what is left is a tombstone (id and stamp), which no read, list, count or rule finds. Log rows of the
   * customer lose their address; orders stay, under the id. Again, or for an unknown id, the later stamp wins. True where
   * there was somebody. A newer change, or order, makes a new customer, with the totals of the orders that stayed.
   */
  erase(id: string, stamp: Stamp): Promise<boolean>;
  get(id: string): Promise<StoredCustomer | undefined>;
  /** Those of the ids that exist, in no particular order. */
  getMany(ids: readonly string[]): Promise<readonly StoredCustomer[]>;
  /** For each of these normalized emails that somebody has: the ids of all who have it, lowest first. */
  findOwners(emails: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
  /** Everyone for whom the condition holds, exactly as core's `holds` says, by id. */
  find(condition: Condition, page: PageRequest, options?: QueryOptions): Promise<Page<StoredCustomer>>;
  count(condition: Condition, options?: QueryOptions): Promise<number>;
  /** `count`, and up to `examples` of those counted, whichever come first: fewer where looking for more would take longer than to count. */
  survey(condition: Condition, examples: number, options?: QueryOptions): Promise<Survey>;
  /** The id of the `size`-th customer after `after` (from the first, if absent); undefined when fewer are left. */
  rangeEnd(after: string | undefined, size: number): Promise<string | undefined>;
  /** Folds each withdrawal with `withdrawConsent`; unknown ids are passed over. */
  withdrawConsent(withdrawals: readonly ConsentWithdrawal[]): Promise<void>;
}

export interface Survey {
  readonly count: number;
  /** In no particular order. */
  readonly examples: readonly StoredCustomer[];
}

/** At the signal the server stops working on the query, and the call rejects with the signal's `reason`. */
export interface QueryOptions {
  readonly signal?: AbortSignal;
}

export interface ConsentWithdrawal {
  readonly customerId: string;
  readonly channel: Channel;
  readonly by: "complained" | "unsubscribed";
  readonly at: Instant;
}

export interface Orders {
  /**
   * Upserts each order by id (an older stamp loses; a change of customer is refused), makes bare customers where needed, and
   * settles only when the totals of every customer touched are those of the stored orders. Safe under kills, repeats and races.
   * An order no newer than its customer's erasure is `erased`, and is not stored.
   */
  apply(orders: readonly OrderChange[]): Promise<readonly OrderOutcome[]>;
  /**
   * Computes the totals of up to `limit` customers after `after`, by id, again from their stored orders, and writes those that
   * differ, safely beside `apply`. `lastId` is absent when nobody was left.
   */
  recount(range: { readonly after?: string; readonly limit: number }): Promise<Recount>;
  get(id: string): Promise<Order | undefined>;
  /** Newest first (`placedAt`, then id). */
  list(filter: { readonly customerId?: string }, page: PageRequest): Promise<Page<Order>>;
}

export interface Recount {
  readonly checked: number;
  /** Ids whose totals were wrong. */
  readonly corrected: readonly string[];
  readonly lastId?: string;
}

export interface Segments {
  insert(segment: Segment): Promise<void>;
  get(id: string): Promise<Segment | undefined>;
  /** By id, which is by age. */
  list(page: PageRequest): Promise<Page<Segment>>;
  /** Compare-and-set on the version: true for exactly one of any number of concurrent callers. */
  replace(segment: Segment, expectedVersion: number): Promise<boolean>;
  /** False where there was none. */
  delete(id: string): Promise<boolean>;
}

export interface Campaigns {
  insert(campaign: Campaign): Promise<void>;
  get(id: string): Promise<Campaign | undefined>;
  /** Newest first (by id). */
  list(page: PageRequest): Promise<Page<Campaign>>;
  /** Ids of every campaign in one of the states, oldest first, at most 1,000. */
  findIds(statuses: readonly CampaignStatus[]): Promise<readonly string[]>;
  /** Ids of scheduled campaigns whose time is `dueBy` or earlier, the earliest first, at most 1,000. */
  findScheduled(dueBy: Instant): Promise<readonly string[]>;
  /** Ids of campaigns marked `unsettled`, oldest first, at most 1,000. */
  findUnsettled(): Promise<readonly string[]>;
  /** Compare-and-set on the version: true for exactly one of any number of concurrent callers. */
  replace(campaign: Campaign, expectedVersion: number): Promise<boolean>;
  /** Compare-and-set like `replace`. */
  delete(id: string, expectedVersion: number): Promise<boolean>;
}

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

/** A row in hand: writes go through only while the epoch is still its own. */
export interface ClaimRef {
  readonly id: string;
  readonly epoch: number;
}

export interface ClaimRequest {
  readonly campaignId: string;
  readonly limit: number;
  readonly leaseMs: number;
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
  get(id: string): Promise<CommunicationLog | undefined>;
  /** By id. */
  list(
    filter: { readonly campaignId?: string; readonly customerId?: string; readonly status?: DeliveryStatus },
    page: PageRequest,
  ): Promise<Page<CommunicationLog>>;
  stats(campaignId: string): Promise<CampaignStats>;
  /** Up to `limit` pending rows that are due, the earliest due first, become `claimed`, each with a raised epoch; no row goes to two callers. */
  claim(request: ClaimRequest): Promise<readonly ClaimedLog[]>;
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
   * Up to `limit` rows whose `round` is lower become pending, due at once, in their next generation (`reopenLog`), with this
   * `round`; returns how many. So a reopening that died half-way goes on, and one that runs again reopens nothing twice.
   */
  reopen(rows: RowsToSettle<"failed" | "unknown"> & { readonly round: number }): Promise<number>;
  /** Whether any row is pending or claimed, and when the earliest pending one is due. */
  open(campaignId: string): Promise<{ readonly pending: boolean; readonly claimed: boolean; readonly nextDueAt?: Instant }>;
}

export interface Batches {
  /** Inserts; an existing record stays, so that a retaken upload goes on with it. */
  insert(batch: Batch): Promise<void>;
  /** Sets what was received. The later call wins. */
  seal(id: string, sealed: { readonly received: number; readonly truncated: boolean }): Promise<void>;
  /** Upserts by (`batchId`, `part`); makes the record where `single`. */
  record(fates: readonly Fates[]): Promise<void>;
  get(id: string): Promise<BatchStatus | undefined>;
  /** Newest first (by creation, then id); with no more than 3 errors each. */
  list(filter: { readonly kind?: BatchKind }, page: PageRequest): Promise<Page<BatchStatus>>;
  /** By row. */
  rejections(id: string, page: PageRequest): Promise<Page<Rejection>>;
  /** Notes that an upload is alive, and the rows queued so far. */
  touch(id: string, queued: number): Promise<void>;
  /** Seals, as truncated, uploads that nobody has touched for `idleMs` on the store's clock, with the rows they had queued. Returns how many. */
  sealAbandoned(idleMs: number): Promise<number>;
}

/** Named leases: one holder at a time, each with a higher epoch than the last. */
export interface Leases {
  /** The epoch, or undefined while another holds it. */
  acquire(name: string, ttlMs: number): Promise<number | undefined>;
  /** False when the lease has ended or passed on. */
  renew(name: string, epoch: number, ttlMs: number): Promise<boolean>;
  /** Ends it, if still held. */
  release(name: string, epoch: number): Promise<void>;
}

/** Token buckets shared by all processes; a bucket holds one second's worth, and at least one. */
export interface Rates {
  /** Takes up to `wanted` whole tokens and returns how many it got. */
  take(name: string, perSecond: number, wanted: number): Promise<number>;
  /** Gives back tokens that nobody needed; a bucket never holds more than its size. */
  putBack(name: string, perSecond: number, count: number): Promise<void>;
}

/** The latest results under a name, shared by all processes. */
export interface Results {
  /**
   * Appends results in order and keeps the last `keep`; returns how many are kept and how many of those failed. Results of a
   * higher `era` than those kept replace them; results of a lower one are passed over.
   */
  note(
    name: string,
    results: { readonly era: number; readonly failed: readonly boolean[] },
    keep: number,
  ): Promise<{ readonly kept: number; readonly failed: number }>;
}

export interface IdempotentAnswer {
  readonly bodyHash: string;
  readonly answer: string;
}

/**
 * `startedAt` is when the key was first begun: a caller that takes over finds the same, so that ids derived from both are the
 * same; a key whose answer was forgotten begins anew.
 */
export type Begun =
  | { readonly state: "begun"; readonly startedAt: Instant }
  | { readonly state: "running" }
  | ({ readonly state: "finished" } & IdempotentAnswer);

/** Answers kept by key. */
export interface Idempotency {
  /** Begins, or takes over from a caller whose lease ended; else says what it found. What never finished is forgotten after `ttlMs`. */
  begin(key: string, options: { readonly leaseMs: number; readonly ttlMs: number }): Promise<Begun>;
  /** Extends the lease of work that runs. */
  renew(key: string, leaseMs: number): Promise<void>;
  /** Keeps the answer for `ttlMs`. */
  finish(key: string, result: IdempotentAnswer, ttlMs: number): Promise<void>;
  /** Forgets a key whose work failed, so that it can be tried again at once. */
  abandon(key: string): Promise<void>;
}

/** The work queues. */
export const TOPICS = ["customers", "orders", "receipts"] as const;
export type Topic = (typeof TOPICS)[number];

/** `body` is JSON text. */
export interface QueueMessage {
  readonly id: string;
  readonly body: string;
}
/** `attempts` counts deliveries that the handler refused, this one included: 1 at first. */
export interface DeliveredMessage extends QueueMessage {
  readonly attempts: number;
}
export interface DeadLetter extends QueueMessage {
  readonly topic: Topic;
  readonly reason: string;
  readonly attempts: number;
  readonly deadAt: Instant;
}

/**
 * Resolving is done; rejecting delivers the message again after a growing pause, and with the last attempt makes it a dead
 * letter with the error's message as reason. Rejecting with CrmError `unavailable` or `closed` is no attempt.
 */
export type MessageHandler = (message: DeliveredMessage) => Promise<void>;

export interface Subscription {
  /** Stops intake and waits for handlers under way; what was prefetched goes back. Idempotent. */
  close(): Promise<void>;
}

export interface QueueDepth {
  readonly topic: Topic;
  /** Waiting or in a handler. */
  readonly messages: number;
  readonly deadLetters: number;
  /** Age of the oldest waiting message; absent when there is none or the broker can't tell. */
  readonly oldestAgeMs?: number;
}

/** Durable work queues: at least once, each message to one subscriber at a time. A consumer's death redelivers, and is counted apart from attempts. */
export interface MessageQueue {
  /** Settles when all are durable, else rejects (`unavailable` within 2 s), and then none, some or all may be queued. */
  publish(topic: Topic, messages: readonly QueueMessage[]): Promise<void>;
  /** At most `prefetch` messages are with the handler at once. */
  subscribe(topic: Topic, handler: MessageHandler, options: { readonly prefetch: number }): Promise<Subscription>;
  depth(topic: Topic): Promise<QueueDepth>;
  /** Oldest first. */
  deadLetters(filter: { readonly topic?: Topic }, page: PageRequest): Promise<Page<DeadLetter>>;
  /** Puts dead letters back into their topics with no attempts counted; returns how many. */
  replay(which: { readonly ids: readonly string[] } | { readonly topic: Topic }): Promise<number>;
  info(): Promise<ServiceInfo>;
  /** Closes every subscription, then what the queue opened. Idempotent. */
  close(): Promise<void>;
}

export interface OutgoingMessage {
  /** The idempotency key: the same for every attempt of one generation. */
  readonly id: string;
  readonly campaignId: string;
  readonly customerId: string;
  readonly channel: Channel;
  readonly to: string;
  readonly subject?: string;
  readonly body: string;
  /** Where one click (RFC 8058), or a page, withdraws consent. */
  readonly unsubscribeUrl?: string;
}

export interface SendResult {
  readonly id: string;
  /** `retry` is transient and may be tried again under the same key. */
  readonly status: "accepted" | "rejected" | "retry";
  readonly vendorMessageId?: string;
  readonly reason?: string;
  readonly retryAfterMs?: number;
}

/** A vendor. */
export interface Sender {
  /** Sending a key again is harmless. Without it, an ambiguous call leaves its rows `unknown`. */
  readonly honoursKeys: boolean;
  /** Messages in one call. */
  readonly maxBatch: number;
  /** No call lasts longer. */
  readonly timeoutMs: number;
  /**
   * One result for each message; a missing one is transient. `signal` ends the call at its time-out. Rejects when the call as a
   * whole failed: with CrmError `unavailable` where the vendor surely took none of the messages (`details.retryAfterMs`, if it
   * said when to come back), else it may have taken some. Calls that reject in a row open the vendor's circuit breaker.
   */
  send(
    batch: { readonly batchId: string; readonly messages: readonly OutgoingMessage[] },
    signal: AbortSignal,
  ): Promise<readonly SendResult[]>;
  /** Waits for calls in flight, then closes what the sender opened. Idempotent. */
  close(): Promise<void>;
}

/**
 * Room outside memory for grouping more lines than fit: values by key, then read back whole, keys by first appearance, the
 * values of each in the order in which they were added.
 */
export interface Spool {
  add(key: string, value: string): Promise<void>;
  groups(): AsyncIterable<{ readonly key: string; readonly values: readonly string[] }>;
  /** Removes it. Idempotent. */
  close(): Promise<void>;
}
export type OpenSpool = () => Promise<Spool>;

/** Where a process tells its operator things; pino fits. Never given secrets, addresses or message content. */
export interface Logger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
