import { setTimeout as sleep } from "node:timers/promises";

/** Waits, or returns early when the signal is aborted. */
export async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}

/** The pause before the next try to reach a broker: doubling from 100 ms to 2 s, with jitter. `failures` counts from 1. */
export function reconnectPauseMs(failures: number): number {
  return Math.min(2_000, 100 * 2 ** (failures - 1)) * (0.5 + Math.random() / 2);
}
