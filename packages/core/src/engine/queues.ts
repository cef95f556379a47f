import type { Page, PageRequest } from "../ports/page.js";
import type { QueueDepth, Topic } from "../ports/queue.js";
import type { DeadLetter } from "../view/queue.js";

/** Queues, and what was given up on. */
export interface QueuesApi {
  depths(): Promise<readonly QueueDepth[]>;
  deadLetters(filter: { readonly topic?: Topic }, page: PageRequest): Promise<Page<DeadLetter>>;
  /** Puts dead letters back into their topics; returns how many. */
  replay(which: { readonly ids: readonly string[] } | { readonly topic: Topic }): Promise<number>;
}
