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
}

const MAX_BACKOFF_MS = 5_000;

/** Works until the signal is aborted; the piece in hand is finished. A failure is logged and followed by a growing pause. */
export async function runLoop({ name, work, idleMs, signal, logger }: LoopOptions): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      const busy = await work(signal);
      failures = 0;
      if (!busy) await pause(idleMs * (2 / 3 + (Math.random() * 2) / 3), signal);
    } catch (error) {
      if (signal.aborted && hasCode(error, "closed")) return;
      failures += 1;
      logger.error({ loop: name, failures, err: error }, `${name} failed; it goes on after a pause`);
      await pause(Math.min(MAX_BACKOFF_MS, idleMs * 2 ** failures) * (0.5 + Math.random() / 2), signal);
    }
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
