import type { Channel } from "../model/channel.js";

export interface OutgoingMessage {
  /** The idempotency key: the same for every attempt of one generation. */
  readonly id: string;
  readonly campaignId: string;
  readonly customerId: string;
  readonly channel: Channel;
  readonly to: string;
  readonly subject?: string;
  /** Of a mail: HTML, with its preheader in it, or plain text with its markup characters escaped (`plainBody`). */
  readonly body: string;
  /** Of a mail: its body for people who see no HTML. */
  readonly text?: string;
  /** Of a mail: what is hidden in the body. */
  readonly preheader?: string;
  /** A mailbox (`parseMailbox`); the sender's own, if absent. */
  readonly from?: string;
  readonly replyTo?: string;
  /** Where one click (RFC 8058), or a page, withdraws consent. */
  readonly unsubscribeUrl?: string;
}

export interface SendResult {
  readonly id: string;
  /** `retry`: not taken, and may be tried again under the same key. */
  readonly status: "accepted" | "rejected" | "retry";
  readonly vendorMessageId?: string;
  readonly reason?: string;
  readonly retryAfterMs?: number;
  /**
   * Of a `retry`: the vendor wants fewer messages, whichever they are. That is no attempt of this message, and slows all workers
   * down. Without it, the answer is about this message alone (greylisting, a full mailbox).
   */
  readonly throttled?: boolean;
}

/** A vendor. */
export interface Sender {
  /** It reaches nobody: a stand-in, of which screens say so. */
  readonly simulated?: true;
  /**
   * For how long it surely remembers a key: until then, sending it again is harmless. 0: it has no keys, and an ambiguous call leaves its
   * rows `unknown`, as does one that is older than this.
   */
  readonly remembersKeysMs: number;
  /** Messages in one call. */
  readonly maxBatch: number;
  /** Bytes of the messages in one call, as JSON in UTF-8; a message that is larger goes alone. */
  readonly maxBatchBytes: number;
  /** No call lasts longer. */
  readonly timeoutMs: number;
  /**
   * One result for each message; a missing one is transient. `signal` ends the call at its time-out. Rejects when the call as a
   * whole failed: with CrmError `unavailable` where the vendor surely took none of the messages (`details.retryAfterMs`, if it
   * said when to come back; `details.throttled: true`, if it wants fewer messages), else it may have taken some. Calls that reject
   * in a row, other than as throttled, open the vendor's circuit breaker.
   */
  send(
    batch: { readonly batchId: string; readonly messages: readonly OutgoingMessage[] },
    signal: AbortSignal,
  ): Promise<readonly SendResult[]>;
  /** Waits for calls in flight, then closes what the sender opened. Idempotent. */
  close(): Promise<void>;
}
