import type { Channel } from "./customer.js";
import type { Instant } from "./instant.js";
import type { Receipt, ReceiptStatus } from "./receipt.js";

export const DELIVERY_STATUSES = ["pending", "claimed", "sent", "delivered", "failed", "bounced", "skipped", "unknown"] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/**
 * `audience_frozen`: a planner that had been stopped past its lease added the row when the campaign was over.
 * `by_operator`: nobody knows whether the vendor took it, and the operator chose not to send again.
 */
export const SKIP_REASONS = [
  "unsubscribed",
  "erased",
  "no_address",
  "duplicate_address",
  "campaign_cancelled",
  "audience_frozen",
  "by_operator",
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** The earliest time at which each status was seen: a set that only grows, so that receipts fold in any order. */
export type Evidence = { readonly [S in ReceiptStatus]?: Instant };

/** One recipient of one campaign: written by the plan before anything is sent, and never written twice. */
export interface StoredCommunication {
  /** `campaignId:customerId`; the first generation's key at the vendor. */
  readonly id: string;
  readonly campaignId: string;
  readonly customerId: string;
  readonly channel: Channel;
  readonly status: DeliveryStatus;
  /** Why it was skipped, or failed, or what the last attempt met. */
  readonly reason?: string;
  /** The address of the last call. */
  readonly to?: string;
  /** 1, and one more for each deliberate second sending (retry-failed, resend). */
  readonly generation: number;
  /** The campaign's reopening (1, 2, …) that the row last went through; 0 at first. */
  readonly reopening: number;
  /** Vendor calls begun for this generation. */
  readonly attempts: number;
  readonly vendorMessageId?: string;
  readonly evidence: Evidence;
  readonly plannedAt: Instant;
  /** The row is not claimed before this. */
  readonly dueAt: Instant;
  readonly updatedAt: Instant;
}

/** A row in a worker's hands until `leaseUntil`, on the store's clock. Writes with another epoch change nothing. */
export interface ClaimedCommunication extends StoredCommunication {
  readonly epoch: number;
  readonly leaseUntil: Instant;
}

/** A fact about a message, from the vendor's answer or a receipt. */
export interface DeliveryFact {
  readonly logId: string;
  readonly generation: number;
  readonly status: ReceiptStatus;
  readonly at: Instant;
  readonly reason?: string;
  readonly vendorMessageId?: string;
}

/** The part of a row that facts decide. */
export type FactState = Pick<StoredCommunication, "status" | "evidence" | "generation" | "reason" | "vendorMessageId">;

export function logId(campaignId: string, customerId: string): string {
  return `${campaignId}:${customerId}`;
}

/** Splits a log id at its first colon: customer ids may hold more. */
export function splitLogId(id: string): { readonly campaignId: string; readonly customerId: string } | undefined {
  const colon = id.indexOf(":");
  if (colon < 1 || colon === id.length - 1) return undefined;
  return { campaignId: id.slice(0, colon), customerId: id.slice(colon + 1) };
}

/** The vendor's idempotency key of a generation. */
export function messageId(log: Pick<StoredCommunication, "id" | "generation">): string {
  return log.generation === 1 ? log.id : `${log.id}~${log.generation}`;
}

export function factOf(receipt: Receipt): DeliveryFact | undefined {
  const match = /^(.+?)(?:~([1-9]\d{0,5}))?$/s.exec(receipt.messageId);
  const id = match?.[1];
  if (id === undefined || id.includes("~") || !splitLogId(id)) return undefined;
  return {
    logId: id,
    generation: Number(match?.[2] ?? 1),
    status: receipt.status,
    at: receipt.occurredAt,
    ...(receipt.reason === undefined ? {} : { reason: receipt.reason }),
  };
}

/**
 * Folds one fact into a row. Facts commute, repeat without effect and split into batches at will: each status keeps its
 * earliest time, and the delivery status is a function of the set. A fact of an older generation adds engagement only.
 * Any delivery fact settles a row that was pending, claimed, unknown or skipped.
 */
export function foldFact<T extends FactState>(state: T, fact: DeliveryFact): T {
  const current = fact.generation === state.generation;
  if (!current && !isEngagement(fact.status)) return state;
  const proof = current && provesDelivery(fact.status);
  const evidence = withEarliest(withEarliest(state.evidence, fact.status, fact.at), proof ? "delivered" : fact.status, fact.at);
  const status = current ? (statusOf(evidence) ?? state.status) : state.status;
  const { reason: _, vendorMessageId: __, ...rest } = state;
  const reason = reasonAfter(state, fact, status);
  // Sorting puts what is undefined last.
  const [vendorMessageId] = [state.vendorMessageId, current ? fact.vendorMessageId : undefined].sort();
  return {
    ...rest,
    status,
    evidence,
    ...(reason === undefined ? {} : { reason }),
    ...(vendorMessageId === undefined ? {} : { vendorMessageId }),
  } as T;
}

/**
 * A row that is deliberately sent a second time: pending, in its next generation, with what was evidence of delivery gone and
 * engagement kept. Late receipts of the older generation decide nothing any more.
 */
export function reopenLog(log: StoredCommunication, reopening: number, now: Instant): StoredCommunication {
  const { reason: _, vendorMessageId: __, ...rest } = log;
  const { sent: _sent, delivered: _delivered, failed: _failed, bounced: _bounced, ...engagement } = log.evidence;
  return {
    ...rest,
    status: "pending",
    evidence: engagement,
    generation: log.generation + 1,
    reopening,
    attempts: 0,
    dueAt: now,
    updatedAt: now,
  };
}

/** The reason of the earliest fact that has the status; of several at once, the first by the alphabet. */
function reasonAfter(state: FactState, fact: DeliveryFact, status: DeliveryStatus): string | undefined {
  if (fact.status !== status || (status !== "failed" && status !== "bounced"))
    return status === state.status ? state.reason : undefined;
  const offered = fact.reason ?? fact.status;
  const seen = state.evidence[fact.status];
  if (seen === undefined || state.reason === undefined || fact.at < seen) return offered;
  return fact.at === seen && offered < state.reason ? offered : state.reason;
}

/**
 * bounced > delivered > failed > sent. `opened`, `clicked` and `complained` are evidence of delivery, and are kept as such when
 * they are folded; `unsubscribed` is not.
 */
export function statusOf(evidence: Evidence): DeliveryStatus | undefined {
  return (["bounced", "delivered", "failed", "sent"] as const).find((status) => evidence[status] !== undefined);
}

function isEngagement(status: ReceiptStatus): boolean {
  return provesDelivery(status) || status === "unsubscribed";
}

function provesDelivery(status: ReceiptStatus): boolean {
  return status === "opened" || status === "clicked" || status === "complained";
}

function withEarliest(evidence: Evidence, status: ReceiptStatus, at: Instant): Evidence {
  return { ...evidence, [status]: Math.min(evidence[status] ?? at, at) };
}

/** Counts derived from rows. The eight delivery states add up to `total`. */
export interface CampaignCounts extends Readonly<Record<DeliveryStatus, number>> {
  readonly total: number;
  readonly opened: number;
  readonly clicked: number;
  readonly complained: number;
  readonly unsubscribed: number;
  readonly skippedBy: Readonly<Record<string, number>>;
  readonly failedBy: Readonly<Record<string, number>>;
  /** By minute, oldest first: what was first seen in it. */
  readonly timeline: readonly {
    readonly at: Instant;
    readonly sent: number;
    readonly delivered: number;
    readonly failed: number;
  }[];
}

/** What a test message's id begins with. It is in no log, so receipts for it decide nothing. */
export const TEST_MESSAGE_PREFIX = "test:";
