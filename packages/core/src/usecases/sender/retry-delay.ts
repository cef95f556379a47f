const BASE_MS = 500;
const CAP_MS = 60_000;
/** A vendor can't put a message off for longer. */
const MAX_RETRY_AFTER_MS = 3_600_000;

/**
 * Exponential back-off with full jitter, never sooner than the vendor asked for (within an hour). `attempts` is how many were
 * made.
 */
export function retryDelayMs(attempts: number, retryAfterMs = 0, random: () => number = Math.random): number {
  const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** (attempts - 1));
  return Math.max(cappedRetryAfterMs(retryAfterMs), Math.round(random() * ceiling));
}

/** How long to keep away when a vendor asks for it: 0 for what is no time. */
export function cappedRetryAfterMs(retryAfterMs = 0): number {
  return retryAfterMs > 0 ? Math.min(MAX_RETRY_AFTER_MS, Math.ceil(retryAfterMs)) : 0;
}
