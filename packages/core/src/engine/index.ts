import type { Issue } from "../errors.js";
import type { AttributeTypes } from "../model/attribute.js";
import type { BatchKind, BatchStatus, Rejection } from "../model/batch.js";
import type { Campaign, CampaignMessage } from "../model/campaign.js";
import type { CampaignStats, CommunicationLog, DeliveryStatus } from "../model/communication-log.js";
import type { StoredCustomer } from "../model/customer.js";
import type { EdgeContext } from "../model/edge.js";
import type { Order } from "../model/order.js";
import type { OrderLineMap } from "../model/order-line-map.js";
import type { Rule } from "../model/rule.js";
import type { Segment } from "../model/segment.js";
import type {
  Clock,
  DeadLetter,
  MessageQueue,
  NewId,
  OpenSpool,
  Page,
  PageRequest,
  QueueDepth,
  QueueMessage,
  Sender,
  ServiceInfo,
  Store,
  Topic,
} from "../ports/index.js";
import type { Explanation } from "../query/explain.js";
import type { FieldCatalogue } from "../query/language/catalogue.js";

export interface EngineOptions {
  readonly store: Store;
  readonly queue: MessageQueue;
  /** Without one, launching is `invalid`. */
  readonly sender?: Sender;
  /** ISO 4217; USD. */
  readonly currency?: string;
  /** IANA; UTC. Times without an offset are read in it. */
  readonly timeZone?: string;
  /** Rows in a batch of work; 500. */
  readonly batchSize?: number;
  /** Lease of a claim, renewed at a third; 15,000. */
  readonly leaseMs?: number;
  /** Sends of one message; 8. */
  readonly maxAttempts?: number;
  /** Messages a second to the vendor, all processes together; no limit. */
  readonly senderRate?: number;
  /** Vendor calls failed in a row that open its circuit breaker; 10. */
  readonly breakerFailures?: number;
  /** How long the breaker may stay open before campaigns are paused as `vendor_down`; 5 minutes. */
  readonly vendorDownAfterMs?: number;
  /** The address that withdraws a message's recipient from its channel; messages carry none without it. */
  readonly unsubscribeUrl?: (messageId: string) => string;
  /**
   * Attributes of customers, by name, and what they hold. Rows with another type of value are rejected, and rules take only the
   * type's operators. All other attributes may hold anything; none is declared.
   */
  readonly attributes?: AttributeTypes;
  /** After this an estimate is made from a sample of the customers; 2,000. */
  readonly estimateTimeoutMs?: number;
  /** Room for grouping order lines; in memory. */
  readonly openSpool?: OpenSpool;
  readonly clock?: Clock;
  readonly newId?: NewId;
}

/** One row of an upload, or why it could not even be read. */
export type RowInput = { readonly row: number; readonly data: unknown } | { readonly row: number; readonly issue: Issue };

export interface Accepted {
  readonly batchId: string;
  readonly received: number;
}

export interface IngestOptions {
  /** A derived id makes an upload that is sent again the same batch. */
  readonly batchId?: string;
  /** Rows are order lines: the map says which columns make an order. */
  readonly lines?: OrderLineMap;
  readonly signal?: AbortSignal;
}

/** Settles when every row is durably queued. A broken stream rejects with `details: { batchId, rowsRead }`; what was queued is applied. */
export interface Ingest {
  /** One object is parsed at once (`invalid`); anything else wrong with it comes out as its fate. */
  one(kind: BatchKind, data: unknown, options?: IngestOptions): Promise<Accepted>;
  rows(kind: BatchKind, rows: AsyncIterable<RowInput> | Iterable<RowInput>, options?: IngestOptions): Promise<Accepted>;
  customers(rows: readonly unknown[]): Promise<Accepted>;
  orders(rows: readonly unknown[]): Promise<Accepted>;
}

export interface RuleRequest {
  readonly rule: unknown;
  /** The rule's "now"; the data stays as it is. ISO 8601. */
  readonly asOf?: string;
  readonly timeZone?: string;
}

/** How many customers a rule selects, and up to five of them (fewer, where the time ran out). */
export interface Estimate {
  readonly count: number;
  /** False where counting took too long: `count` then comes from a sample of the customers. */
  readonly exact: boolean;
  /** Customers by which an inexact count may be off to either side, at 95 % confidence. */
  readonly marginOfError?: number;
  readonly tookMs: number;
  readonly sample: readonly StoredCustomer[];
}

export interface SegmentInput {
  readonly name: string;
  readonly rule: unknown;
  readonly timeZone?: string;
}
export interface CampaignInput {
  readonly name: string;
  readonly segmentId: string;
  readonly message: CampaignMessage;
  readonly throttlePerSecond?: number;
}

export interface ScheduleInput {
  /** In the future: ISO 8601 with an offset, or local time in `timeZone`; a gap moves forward, an overlap is its first. */
  readonly at: string;
  /** IANA; the engine's. */
  readonly timeZone?: string;
  /** From then on it does not start by itself, but is paused as `missed_schedule`; 60. */
  readonly maxLatenessMinutes?: number;
}

export interface UnknownResolution {
  /** `resend` may reach a person twice; `skip` may never reach them. */
  readonly action: "resend" | "skip";
  /** Log rows, at most 1,000; all that are unknown, if absent. */
  readonly ids?: readonly string[];
}

/** The whole engine: everything a program, the HTTP layer and the workers do goes through here. */
export interface Engine {
  readonly context: EdgeContext;
  readonly ingest: Ingest;
  readonly batches: {
    /** `not_found`, but a single object's id answers `processing` until a worker has made its record. */
    get(id: string): Promise<BatchStatus>;
    list(filter: { readonly kind?: BatchKind }, page: PageRequest): Promise<Page<BatchStatus>>;
    rejections(id: string, page: PageRequest): Promise<Page<Rejection>>;
    /** Resolves when the batch is completed; something must be working on it. */
    completed(
      id: string,
      options?: { readonly signal?: AbortSignal; readonly onProgress?: (status: BatchStatus) => void },
    ): Promise<BatchStatus>;
  };
  readonly customers: {
    get(id: string): Promise<StoredCustomer>;
    list(page: PageRequest): Promise<Page<StoredCustomer>>;
    /** Erases for good; false where there was nobody. Rows that were queued before are `erased`. */
    erase(id: string): Promise<boolean>;
  };
  readonly orders: {
    get(id: string): Promise<Order>;
    list(filter: { readonly customerId?: string }, page: PageRequest): Promise<Page<Order>>;
  };
  readonly segments: {
    create(input: SegmentInput): Promise<Segment>;
    get(id: string): Promise<Segment>;
    list(page: PageRequest): Promise<Page<Segment>>;
    update(id: string, input: SegmentInput): Promise<Segment>;
    /** `conflict`, naming them, while other segments refer to it. */
    delete(id: string): Promise<void>;
    /**
     * Identical rules that are asked about within a second share one query. At the signal it rejects with the signal's reason, and
     * the query is stopped when nobody else waits for it.
     */
    estimate(request: RuleRequest, options?: { readonly signal?: AbortSignal }): Promise<Estimate>;
    members(id: string, page: PageRequest, options?: { readonly asOf?: string }): Promise<Page<StoredCustomer>>;
    explain(request: RuleRequest & { readonly customerId: string }): Promise<Explanation>;
    /** What rules can name, the declared attributes among it, with the operators of each. */
    fields(): FieldCatalogue;
    /** The rule in words, with segments by their names. */
    describe(rule: Rule): Promise<string>;
  };
  readonly campaigns: {
    create(input: CampaignInput): Promise<Campaign>;
    get(id: string): Promise<Campaign>;
    list(page: PageRequest): Promise<Page<Campaign>>;
    /** Drafts only. */
    update(id: string, change: Partial<CampaignInput>): Promise<Campaign>;
    /** Drafts only. */
    delete(id: string): Promise<void>;
    launch(id: string): Promise<Campaign>;
    schedule(id: string, input: ScheduleInput): Promise<Campaign>;
    unschedule(id: string): Promise<Campaign>;
    pause(id: string): Promise<Campaign>;
    resume(id: string): Promise<Campaign>;
    cancel(id: string): Promise<Campaign>;
    /** Sends every failed row of a completed campaign again, in a new generation. */
    retryFailed(id: string): Promise<Campaign>;
    /** Settles rows of which nobody knows whether the vendor took them. */
    resolveUnknown(id: string, resolution: UnknownResolution): Promise<Campaign>;
    /**
     * Sends the message to one address at once, as the first of the audience would get it (or somebody without a name), outside
     * the ledger. `invalid` when the vendor rejects it, `unavailable` when it can't take it now.
     */
    test(id: string, input: { readonly to: string }): Promise<Campaign>;
    stats(id: string): Promise<CampaignStats>;
    log(
      filter: { readonly campaignId?: string; readonly customerId?: string; readonly status?: DeliveryStatus },
      page: PageRequest,
    ): Promise<Page<CommunicationLog>>;
  };
  readonly receipts: {
    /** Parses one or many, queues them durably; `invalid` if any is wrong, and then none is queued. */
    accept(receipts: readonly unknown[]): Promise<{ readonly received: number }>;
  };
  readonly queues: {
    depths(): Promise<readonly QueueDepth[]>;
    deadLetters(filter: { readonly topic?: Topic }, page: PageRequest): Promise<Page<DeadLetter>>;
    /** Puts dead letters back into their topics; returns how many. */
    replay(which: { readonly ids: readonly string[] } | { readonly topic: Topic }): Promise<number>;
  };
  /** Computes every customer's totals again from the stored orders, and corrects what differs. */
  recount(options?: {
    readonly signal?: AbortSignal;
    readonly onProgress?: (soFar: RecountResult) => void;
  }): Promise<RecountResult>;
  /** What a worker calls. Each is safe to run in any number of processes at once. */
  readonly work: Work;
  /** Answers of the store and the queue; `unavailable` if one does not answer. */
  ready(): Promise<{ readonly store: ServiceInfo; readonly queue: ServiceInfo }>;
  /** Closes the store, the queue and the sender. Idempotent. */
  close(): Promise<void>;
}

export interface RecountResult {
  readonly checked: number;
  readonly corrected: number;
}

export interface Work {
  readonly queue: MessageQueue;
  readonly store: Store;
  /** Applies queued rows and records their fates. Rejects as a whole; a batcher then halves it. */
  applyRows(kind: BatchKind, messages: readonly QueueMessage[]): Promise<void>;
  /** Folds queued receipts; one outcome for each message, an error where its receipt could not be placed. */
  applyReceipts(messages: readonly QueueMessage[]): Promise<readonly (Error | undefined)[]>;
  /** Starts the campaigns whose time has come, each once however many workers look: true when something was done. */
  schedule(): Promise<boolean>;
  /** Plans one campaign, if any needs it: true when something was done. */
  plan(signal: AbortSignal): Promise<boolean>;
  /** Claims and sends one batch of one campaign, or completes it: true when something was done. */
  deliver(signal: AbortSignal): Promise<boolean>;
  /** Takes back what dead workers held, finishes cancellations and reopenings, seals abandoned uploads. */
  sweep(): Promise<void>;
}
