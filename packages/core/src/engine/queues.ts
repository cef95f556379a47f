import type { Page, PageRequest } from "../ports/page.js";
import type { QueueDepth, Topic } from "../ports/queue.js";
import type { DeadLetter } from "../view/queue.js";

/** Queues, and what was given up on. */
export interface QueuesApi {
  depths(): Promise<readonly QueueDepth[]>;
  deadLetters(filter: { readonly topic?: Topic }, page: PageRequest): Promise<Page<DeadLetter>>;
  /** Puts dead letters back into their topics; returns how many. */
  replay(which: { readonly ids: readonly string[] } | { readonly topic: Topic }): Promise<number>;
  /**
   * Takes dead letters away for good; returns how many. A part of an upload that is discarded is never applied: its batch stays
   * `processing`. The `reason` is checked, and for the log of whoever calls: the engine writes none.
   */
  discard(letters: DeadLetterDiscard): Promise<number>;
}

export interface DeadLetterDiscard {
  readonly ids: readonly string[];
  readonly reason?: string | undefined;
}
