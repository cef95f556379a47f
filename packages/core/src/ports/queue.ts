import { hasCode } from "../errors.js";
import type { Instant } from "../model/instant.js";
import type { Page, PageRequest } from "./page.js";
import type { ServiceInfo } from "./runtime.js";

/** The work queues. */
export const TOPICS = ["customers", "orders", "receipts", "suppressions"] as const;
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

export interface StoredDeadLetter extends QueueMessage {
  readonly topic: Topic;
  readonly reason: string;
  readonly attempts: number;
  readonly deadAt: Instant;
}

/**
 * Resolving is done; rejecting delivers the message again after a growing pause, and with the last attempt makes it a dead
 * letter with the error's message as reason. Rejecting with CrmError `unavailable` or `closed` is no attempt; `askedPauseMs` says
 * when the message should then come back.
 */
export type MessageHandler = (message: DeliveredMessage) => Promise<void>;

/** What a consumer tells of itself beside its messages. It waits for none of these, and none may throw. */
export interface ConsumerEvents {
  /** It made a dead letter of a message that it had in hand. Told once; a kill just then may leave it untold. */
  buried(letter: Pick<StoredDeadLetter, "id" | "attempts" | "reason">): void;
  /** The broker did not answer it. It tries again by itself, and may tell of each failure. */
  failed(error: unknown): void;
  /** The broker answers it again. */
  recovered(): void;
}

export interface SubscribeOptions {
  /** At most so many messages are with the handler at once. */
  readonly prefetch: number;
  readonly events?: ConsumerEvents;
}

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
  subscribe(topic: Topic, handler: MessageHandler, options: SubscribeOptions): Promise<Subscription>;
  depth(topic: Topic): Promise<QueueDepth>;
  /** Oldest first. */
  deadLetters(filter: { readonly topic?: Topic }, page: PageRequest): Promise<Page<StoredDeadLetter>>;
  /** Puts dead letters back into their topics with no attempts counted; returns how many. */
  replay(which: { readonly ids: readonly string[] } | { readonly topic: Topic }): Promise<number>;
  /** Takes dead letters away for good; returns how many. Ids of none are passed over. */
  discard(which: { readonly ids: readonly string[] }): Promise<number>;
  /**
   * Shows every dead letter once; where `rewrite` gives another body, that takes the place of the letter's own. Returns how many were
   * rewritten. A crash midway loses none: at worst one is there twice, as it was and as it became.
   */
  rewriteDeadLetters(rewrite: (letter: StoredDeadLetter) => string | undefined): Promise<number>;
  /** Where a topic stands now: a text that can be kept, and asked about at any queue of the same broker. */
  mark(topic: Topic): Promise<string>;
  /**
   * Whether all that was in the topic when the mark was made is settled: acknowledged, or buried. However it comes back meanwhile, refused,
   * given back or held by a consumer that died, it counts until then; what is replayed is new. Never true too early; it may be false for
   * some time longer than is so, also where a broker can't tell what others have in hand.
   */
  isPast(topic: Topic, mark: string): Promise<boolean>;
  info(): Promise<ServiceInfo>;
  /** Closes every subscription, then what the queue opened. Idempotent. */
  close(): Promise<void>;
}

const LONGEST_ASKED_MS = 30_000;

/**
 * The pause that a handler's rejection asks for: `details.retryAfterMs` of one that is `unavailable`, at most 30 s. A queue may
 * round it down to one that it knows.
 */
export function askedPauseMs(error: unknown): number | undefined {
  const asked = hasCode(error, "unavailable") ? error.details.retryAfterMs : undefined;
  return typeof asked === "number" && asked > 0 ? Math.min(asked, LONGEST_ASKED_MS) : undefined;
}
