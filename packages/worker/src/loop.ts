import { setTimeout as sleep } from "node:timers/promises";
import { hasCode, type Logger } from "@crm-engine/core";

export interface LoopOptions {
  readonly name: string;
  /** Does one piece of work: true when there may be more at once. */
  readonly work: (signal: AbortSignal) => Promise<boolean>;
  /** Pause, give or take a third, after a piece that found nothing to do. */
  readonly idleMs: number;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** Told of each failure, and, with nothing, of each piece that went well. */
  readonly onOutcome?: (error?: unknown) => void;
}

const MAX_BACKOFF_MS = 5_000;

/**
 * Works until the signal is aborted; the piece in hand is finished. A failure is followed by a growing pause. Failures in a row are logged
 * once, and counted when they end; that a store or a queue is away the engine tells itself.
 */
export async function runLoop({ name, work, idleMs, signal, logger, onOutcome }: LoopOptions): Promise<void> {
  let failures = 0;
  let told: string | undefined;
  while (!signal.aborted) {
    try {
      const busy = await work(signal);
      if (told !== undefined) logger.info({ loop: name, failures }, `${name} goes on`);
      failures = 0;
      told = undefined;
      onOutcome?.();
      if (!busy) await pause(idleMs * (2 / 3 + (Math.random() * 2) / 3), signal);
    } catch (error) {
      if (signal.aborted && hasCode(error, "closed")) return;
      failures += 1;
      const text = String(error);
      if (!hasCode(error, "unavailable") && text !== told) {
        logger.error({ loop: name, err: error }, `${name} failed; it goes on after a pause`);
        told = text;
      }
      onOutcome?.(error);
      await pause(Math.min(MAX_BACKOFF_MS, idleMs * 2 ** failures) * (0.5 + Math.random() / 2), signal);
    }
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
