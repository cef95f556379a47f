import type { Duty, Heartbeat } from "../ports/heartbeats.js";
import type { ConsumerEvents, QueueMessage, Subscription, Topic } from "../ports/queue.js";

export interface Work {
  /** One for each topic of the queue. */
  readonly topics: readonly TopicWork[];
  /** Starts the campaigns whose time has come, each once however many workers look: true when something was done. */
  schedule(): Promise<boolean>;
  /** Plans one campaign, if any needs it: true when something was done. */
  plan(signal: AbortSignal): Promise<boolean>;
  /** Claims and sends one batch of one campaign, or completes it: true when something was done. */
  deliver(signal: AbortSignal): Promise<boolean>;
  /** Computes again what is kept of hours whose orders have changed, and counts campaigns that ended lately: true when something was computed again. */
  mend(): Promise<boolean>;
  /** Completes erasures before which nothing is queued any more: true when something was done. */
  erase(): Promise<boolean>;
  /** Says that a process is alive, what it does, and how the vendor does as it sees it. */
  beat(report: ProcessReport): Promise<void>;
  /** Takes back what dead workers held, finishes cancellations and reopenings, seals abandoned uploads. */
  sweep(): Promise<void>;
}

/** What a process says of itself; what it has in hand, and what it knows of the vendor, its engine adds. */
export interface ProcessReport extends Pick<Heartbeat, "id" | "role" | "version" | "host" | "pid" | "ended"> {
  readonly upForMs: number;
  readonly doing: readonly {
    readonly duty: Duty;
    /** What it fails with, and for how long already. */
    readonly trouble?: { readonly forMs: number; readonly error: unknown };
  }[];
}

/** What has to be done with the messages of a topic. */
export interface TopicWork {
  readonly topic: Topic;
  /**
   * Applies messages as one batch; again changes nothing. One outcome for each, an error where that message alone could not be
   * applied. Rejects where the batch could not.
   */
  apply(messages: readonly QueueMessage[]): Promise<readonly (Error | undefined)[]>;
  /**
   * Subscribes, collects messages into batches by size or time, and applies each batch at once. A message is acknowledged when
   * its own batch has been applied, so that a kill at any moment redelivers it. A row that can't be applied is rejected alone; where
   * a message can't even be read, its batch is halved until it is alone.
   */
  consume(options: ConsumeOptions): Promise<Subscription>;
}

export interface ConsumeOptions {
  /** Rows or receipts in a batch. */
  readonly batchSize: number;
  /** A batch leaves after this time, however small. */
  readonly batchWaitMs: number;
  /** Messages in hand at once. */
  readonly prefetch: number;
  /** A batch of so many messages could not be applied; they are tried again. */
  readonly onRefused?: (error: unknown, messages: number) => void;
  /** Told when the broker does not answer the consumer, and when it does again. */
  readonly events?: Pick<ConsumerEvents, "failed" | "recovered">;
  /** The store refused this row, which becomes its rejection; whoever sent it is not told the error. */
  readonly onRowRefused?: (error: unknown, row: { readonly batchId: string; readonly row: number }) => void;
}
