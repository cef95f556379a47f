import type { BatchKind } from "../model/batch.js";
import type { Store } from "../ports/index.js";
import type { MessageQueue, QueueMessage } from "../ports/queue.js";

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
