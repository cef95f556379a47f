const BASE_MS = 500;
const CAP_MS = 900_000;
/** The longest delay that a vendor can ask for. */
const MAX_RETRY_AFTER_MS = 3_600_000;

/**
 * Exponential back-off with equal jitter: between half and all of a delay that doubles from half a second to 15 minutes, and never
 * sooner than the vendor asked for (within an hour). `attempts` counts those made so far.
 */
export function retryDelayMs(attempts: number, retryAfterMs = 0, random: () => number = Math.random): number {
  const delayMs = Math.min(CAP_MS, BASE_MS * 2 ** (attempts - 1));
  return Math.max(cappedRetryAfterMs(retryAfterMs), Math.round((delayMs * (1 + random())) / 2));
}

/** The delay that a vendor asked for, at most an hour; 0 if the value is not a positive duration. */
export function cappedRetryAfterMs(retryAfterMs = 0): number {
  return retryAfterMs > 0 ? Math.min(MAX_RETRY_AFTER_MS, Math.ceil(retryAfterMs)) : 0;
}
