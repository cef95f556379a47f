import type { Channel } from "./channel.js";
import { compareCodePoints } from "./code-points.js";
import type { Bounce } from "./contact/bounce.js";
import { CONTACT_REFUSALS } from "./contact/contact-refusals.js";
import type { Instant } from "./instant.js";
import { DELIVERY_PRECEDENCE, hasTrait, type Receipt, type ReceiptStatus, type StatusWith, statusesWith } from "./receipt.js";

/** The state of a row: waiting, claimed by a worker, as the vendor's receipts say, or settled without one. */
export type DeliveryStatus = "pending" | "claimed" | StatusWith<"rank"> | "skipped" | "unknown";
export const DELIVERY_STATUSES: readonly DeliveryStatus[] = ["pending", "claimed", ...statusesWith("rank"), "skipped", "unknown"];

/**
 * `audience_frozen`: a planner that was suspended beyond its lease added the row after the campaign had ended. `by_operator`: it
 * is unknown whether the vendor took the message, and the operator chose not to resend it.
 */
export const SKIP_REASONS = [...CONTACT_REFUSALS, "campaign_cancelled", "audience_frozen", "by_operator"] as const;
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
  /** Why it was skipped, why it failed, or what the last attempt ran into. */
  readonly reason?: string;
  /** The address of the last call, and its keyed hash, which outlives an erasure. */
  readonly to?: string;
  readonly addressHash?: string;
  /** 1, and one more for each deliberate resend (retry-failed, resend). */
  readonly generation: number;
  /** The campaign's latest reopening (1, 2, …) that included the row; 0 before the first. */
  readonly reopening: number;
  /** Vendor calls begun for this generation, without those that don't count. */
  readonly attempts: number;
  /** When this generation's first vendor call was begun, counted or not. */
  readonly firstCallAt?: Instant;
  /** Since when the vendor may have this generation's message: when its first call was begun that was not surely refused since. */
  readonly handedOverAt?: Instant;
  /** Until when it last waited for its address. */
  readonly waitedUntil?: Instant;
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
  /** What the vendor calls a bounce. */
  readonly bounce?: Bounce;
  readonly vendorMessageId?: string;
  /** The vendor surely took no message of this generation. */
  readonly refused?: true;
}

/** The part of a row that facts decide. */
export type FactState = Pick<
  StoredCommunication,
  "status" | "evidence" | "generation" | "reason" | "vendorMessageId" | "handedOverAt"
>;

export function logId(campaignId: string, customerId: string): string {
  return `${campaignId}:${customerId}`;
}

/** Splits a log id at its first colon: customer ids may hold more. */
export function splitLogId(id: string): { readonly campaignId: string; readonly customerId: string } | undefined {
  const colon = id.indexOf(":");
  if (colon < 1 || colon === id.length - 1) return undefined;
  return { campaignId: id.slice(0, colon), customerId: id.slice(colon + 1) };
}

/** The campaigns of these log ids, each once. */
export function campaignsOf(ids: Iterable<string>): readonly string[] {
  return [...new Set([...ids].flatMap((id) => splitLogId(id)?.campaignId ?? []))];
}

/** The vendor's idempotency key of a generation. */
export function messageId(log: Pick<StoredCommunication, "id" | "generation">): string {
  return log.generation === 1 ? log.id : `${log.id}~${log.generation}`;
}

/** Nothing happened later than its receipt was accepted, whatever the clock of who sent it says. */
export function factOf(receipt: Receipt): DeliveryFact | undefined {
  const match = /^(.+?)(?:~([1-9]\d{0,5}))?$/s.exec(receipt.messageId);
  const id = match?.[1];
  if (id === undefined || id.includes("~") || !splitLogId(id)) return undefined;
  return {
    logId: id,
    generation: Number(match?.[2] ?? 1),
    status: receipt.status,
    at: Math.min(receipt.occurredAt, receipt.acceptedAt),
    ...(receipt.reason === undefined ? {} : { reason: receipt.reason }),
    ...(receipt.bounce === undefined ? {} : { bounce: receipt.bounce }),
  };
}

/**
 * Folds one fact into a row. Folding is commutative and idempotent, and facts split into batches at will: each status keeps its
 * earliest time, and the delivery status is a function of the set. A fact of an older generation adds engagement only. Any
 * delivery fact settles a row that was pending, claimed, unknown or skipped.
 */
export function foldFact<T extends FactState>(state: T, fact: DeliveryFact): T {
  const current = fact.generation === state.generation;
  if (!current && !hasTrait(fact.status, "engagement")) return state;
  const proof = current && hasTrait(fact.status, "provesDelivery");
  const evidence = withEarliest(withEarliest(state.evidence, fact.status, fact.at), proof ? "delivered" : fact.status, fact.at);
  const status = current ? (statusOf(evidence) ?? state.status) : state.status;
  const { reason: _, vendorMessageId: __, handedOverAt, ...rest } = state;
  const reason = reasonAfter(state, fact, status);
  const vendorMessageId = firstOf(state.vendorMessageId, current ? fact.vendorMessageId : undefined);
  return {
    ...rest,
    status,
    evidence,
    ...(handedOverAt === undefined || (current && fact.refused) ? {} : { handedOverAt }),
    ...(reason === undefined ? {} : { reason }),
    ...(vendorMessageId === undefined ? {} : { vendorMessageId }),
  } as T;
}

/**
 * A row that is deliberately sent again: pending, in its next generation, without its evidence of delivery; engagement is kept.
 * Late receipts for an older generation no longer affect the delivery.
 */
export function reopenLog(log: StoredCommunication, reopening: number, now: Instant): StoredCommunication {
  const { reason: _, vendorMessageId: __, firstCallAt: ___, handedOverAt: ____, waitedUntil: _____, ...rest } = log;
  const evidence: { -readonly [S in keyof Evidence]: Evidence[S] } = { ...log.evidence };
  for (const status of DELIVERY_PRECEDENCE) delete evidence[status];
  return {
    ...rest,
    status: "pending",
    evidence,
    generation: log.generation + 1,
    reopening,
    attempts: 0,
    dueAt: Math.min(log.dueAt, now),
    updatedAt: now,
  };
}

/** The first by code point, if there is any: a store that folds by itself has to choose the same. */
function firstOf(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return compareCodePoints(a, b) <= 0 ? a : b;
}

/** The reason of the earliest fact that has the status; of several at the same time, the first by code point. */
function reasonAfter(state: FactState, fact: DeliveryFact, status: DeliveryStatus): string | undefined {
  if (fact.status !== status || !hasTrait(fact.status, "hasReason")) return status === state.status ? state.reason : undefined;
  const offered = fact.reason ?? fact.status;
  const seen = state.evidence[fact.status];
  if (seen === undefined || state.reason === undefined || fact.at < seen) return offered;
  return fact.at === seen ? firstOf(offered, state.reason) : state.reason;
}

/** The seen status of the highest rank. */
export function statusOf(evidence: Evidence): DeliveryStatus | undefined {
  return DELIVERY_PRECEDENCE.find((status) => evidence[status] !== undefined);
}

function withEarliest(evidence: Evidence, status: ReceiptStatus, at: Instant): Evidence {
  return { ...evidence, [status]: Math.min(evidence[status] ?? at, at) };
}

/** Counts derived from rows. The delivery statuses add up to `total`. */
export interface CampaignCounts extends Readonly<Record<DeliveryStatus | StatusWith<"engagement">, number>> {
  readonly total: number;
  readonly skippedBy: Readonly<Record<string, number>>;
  readonly failedBy: Readonly<Record<string, number>>;
  /** Pending rows that were put off: how many, for which reasons, and when the first is tried again. */
  readonly waiting: {
    readonly count: number;
    readonly nextAt?: Instant;
    readonly reasons: Readonly<Record<string, number>>;
  };
  /** By minute, oldest first: what was first seen in it. */
  readonly timeline: readonly TimelineMinute[];
}

export interface TimelineMinute extends Readonly<Record<StatusWith<"timeline">, number>> {
  readonly at: Instant;
}

/** Prefix of a test message's id. Test messages have no log row, so their receipts have no effect. */
export const TEST_MESSAGE_PREFIX = "test:";
