import { setTimeout as sleep } from "node:timers/promises";
import { type Engine, hasCode, type Logger, type Topic } from "@crm-engine/core";
import { type Duty, SILENT_LOGGER, type Subscription } from "@crm-engine/core/ports";
import { runLoop } from "./loop.js";
import { type Presence, startPresence } from "./presence.js";
import { createTroubles } from "./troubles.js";

export interface WorkerOptions {
  /** Where failures are logged; nowhere. */
  readonly logger?: Logger;
  /** Rows or receipts in a batch; 500. */
  readonly batchSize?: number;
  /** A batch leaves after this time, however small; 50. */
  readonly batchWaitMs?: number;
  /** Messages of one topic in hand at once; as many as fill a batch. */
  readonly prefetch?: number;
  /** Batches of campaign messages in progress at once; 2. */
  readonly deliveries?: number;
  /** Works on this topic alone and leaves campaigns to others. */
  readonly only?: Topic;
}

export interface Worker {
  /** Settles when every topic is subscribed to. */
  start(): Promise<void>;
  /** Stops intake and finishes what is in hand, for at most 8 s; what is left is redelivered to other workers. Idempotent. */
  close(): Promise<void>;
}

const IDLE_MS = 150;
const SCHEDULE_EVERY_MS = 1_000;
const SWEEP_EVERY_MS = 2_000;
const MEND_EVERY_MS = 1_000;
const ERASE_EVERY_MS = 1_000;
const DRAIN_MS = 8_000;
const OTHER_DUTIES = ["campaigns", "erasures", "upkeep"] as const;

/** Does the engine's background work. Any number of workers, in any number of processes, share it. */
export function createWorker(engine: Engine, options: WorkerOptions = {}): Worker {
  const { batchSize = 500, batchWaitMs = 50, prefetch = batchSize, deliveries = 2, logger = SILENT_LOGGER, only } = options;
  const stopping = new AbortController();
  const subscriptions: Subscription[] = [];
  const loops: Promise<void>[] = [];
  let closing: Promise<void> | undefined;

  const troubles = createTroubles();
  const topics = engine.work.topics.filter(({ topic }) => only === undefined || only === topic);
  const duties: readonly Duty[] = [...topics.map(({ topic }) => topic), ...(only === undefined ? OTHER_DUTIES : [])];
  let presence: Presence | undefined;

  const loop = (duty: Duty, name: string, idleMs: number, work: (signal: AbortSignal) => Promise<boolean>): void => {
    const kind = `${name} ${loops.length}`;
    const onOutcome = (error?: unknown): void => troubles.note(duty, kind, error);
    loops.push(runLoop({ name, work, idleMs, signal: stopping.signal, logger, onOutcome }));
  };

  const drain = async (): Promise<void> => {
    stopping.abort();
    const drained = Promise.all([...subscriptions.map((subscription) => subscription.close()), ...loops]).then(() => true);
    if (!(await Promise.race([drained, sleep(DRAIN_MS, false, { ref: false })]))) {
      logger.warn({ drainMs: DRAIN_MS }, "work was still in hand when the worker closed; it will be done again");
    }
    await presence?.close();
  };

  return {
    start: async () => {
      for (const { topic, consume } of topics) {
        const events = {
          failed: (error: unknown): void => troubles.note(topic, topic, error),
          recovered: (): void => troubles.note(topic, topic),
        };
        const onRefused = (error: unknown, messages: number): void => {
          if (!hasCode(error, "unavailable"))
            logger.warn({ topic, messages, err: error }, "a batch was refused; its messages are tried again");
        };
        const onRowRefused = (error: unknown, row: { readonly batchId: string; readonly row: number }): void =>
          logger.warn({ topic, ...row, err: error }, "the store refused a row, which is rejected");
        subscriptions.push(await consume({ batchSize, batchWaitMs, prefetch, onRefused, onRowRefused, events }));
      }
      presence = await startPresence(engine, { role: "worker", doing: () => troubles.of(duties) });
      if (only !== undefined) return;
      loop("campaigns", "schedule", SCHEDULE_EVERY_MS, () => engine.work.schedule());
      loop("campaigns", "planning", IDLE_MS, (signal) => engine.work.plan(signal));
      for (let index = 0; index < deliveries; index++)
        loop("campaigns", "delivery", IDLE_MS, (signal) => engine.work.deliver(signal));
      loop("erasures", "erasures", ERASE_EVERY_MS, () => engine.work.erase());
      loop("upkeep", "figures", MEND_EVERY_MS, () => engine.work.mend());
      loop("upkeep", "sweep", SWEEP_EVERY_MS, async () => {
        await engine.work.sweep();
        return false;
      });
    },
    close: () => {
      closing ??= drain();
      return closing;
    },
  };
}
