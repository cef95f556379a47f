/** Waits, or returns early when the signal is aborted. */
export function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
}

/** The pause before the next try to reach a broker: doubling from 100 ms to 2 s, with jitter. `failures` counts from 1. */
export function reconnectPauseMs(failures: number): number {
  return Math.min(2_000, 100 * 2 ** (failures - 1)) * (0.5 + Math.random() / 2);
}
