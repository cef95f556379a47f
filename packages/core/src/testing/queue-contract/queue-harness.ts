import type { MessageQueue } from "../../ports/queue.js";
import type { ContractCase } from "../contract.js";

/** What a queue case is given: made anew for each case, so that no case sees another's messages. */
export interface QueueHarness {
  /**
   * A handle on the case's own namespace, which is empty at first. Called again, it gives what another process would have:
   * a second handle on the same topics. Handles that a case leaves open are the harness's to close.
   */
  open(): Promise<MessageQueue>;
  /** Ends a handle as the death of its process does: nothing is handed back, and nobody waits. Called by `crash` cases only. */
  crash(queue: MessageQueue): Promise<void>;
  /** Refusals before a message is a dead letter, as the handles are configured: at least 3, with pauses as short as they can be. */
  readonly maxAttempts: number;
  /** How long a case waits for what must happen before it fails, the taking over of a dead consumer's messages included. */
  readonly maxWaitMs: number;
}

/**
 * `durable`: with every handle closed and one opened again, what was published is there.
 * `crash`: the harness can end a handle as the death of its process does.
 */
export type QueueTrait = "durable" | "crash";
export type QueueCase = ContractCase<QueueHarness, QueueTrait>;

/** A case on one handle. */
export function queueCase(name: string, run: (queue: MessageQueue, harness: QueueHarness) => Promise<void>): QueueCase {
  return { name, run: async (harness) => run(await harness.open(), harness) };
}

/** A case on two handles, as two processes would have them. */
export function twoQueueCase(
  name: string,
  run: (queues: readonly [MessageQueue, MessageQueue], harness: QueueHarness) => Promise<void>,
): QueueCase {
  return { name, run: async (harness) => run([await harness.open(), await harness.open()], harness) };
}
