import type { RemoteError } from "../remote-error.js";
import { isPassing } from "./problem.js";

const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 10_000;
/** Who asks for longer is not waited for. */
const MAX_ASKED_MS = 60_000;

export interface RetryQuestion {
  readonly error: RemoteError;
  /** Tries so far, this one among them. */
  readonly tries: number;
  /** An `Idempotency-Key` goes with the call. */
  readonly keyed: boolean;
}

/** How long to wait before the next try; undefined where another would not help. */
export function retryDelayMs({ error, tries, keyed }: RetryQuestion): number | undefined {
  if (!isPassing(error) && !isStillRunning(error, tries, keyed)) return undefined;
  const { retryAfterMs = 0 } = error;
  if (retryAfterMs > MAX_ASKED_MS) return undefined;
  const backOff = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (tries - 1));
  return retryAfterMs + backOff * (0.5 + Math.random() / 2);
}

/** The server is still at the first try of this very call, whose answer was lost on the way. */
function isStillRunning({ status }: RemoteError, tries: number, keyed: boolean): boolean {
  return keyed && tries > 1 && status === 409;
}
