const BASE_MS = 500;
const CAP_MS = 60_000;
/** The longest delay that a vendor can ask for. */
const MAX_RETRY_AFTER_MS = 3_600_000;

/**
 * Exponential back-off with full jitter, never sooner than the vendor asked for (within an hour). `attempts` counts those made so
 * far.
 */
export function retryDelayMs(attempts: number, retryAfterMs = 0, random: () => number = Math.random): number {
  const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** (attempts - 1));
  return Math.max(cappedRetryAfterMs(retryAfterMs), Math.round(random() * ceiling));
}

/** The delay that a vendor asked for, at most an hour; 0 if the value is not a positive duration. */
export function cappedRetryAfterMs(retryAfterMs = 0): number {
  return retryAfterMs > 0 ? Math.min(MAX_RETRY_AFTER_MS, Math.ceil(retryAfterMs)) : 0;
}
