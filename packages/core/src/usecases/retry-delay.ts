const BASE_MS = 500;
const CAP_MS = 60_000;

/** Exponential back-off with full jitter, never sooner than the vendor asked for. `attempts` is how many were made. */
export function retryDelayMs(attempts: number, retryAfterMs = 0, random: () => number = Math.random): number {
  const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** (attempts - 1));
  return Math.max(retryAfterMs, Math.round(random() * ceiling));
}
