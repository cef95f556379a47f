import { askedPauseMs, hasCode } from "@crm-engine/core/ports";

/** How often a message came back: `refused` by its handler, `returned` because something it needs was away. */
export interface Comebacks {
  readonly refused: number;
  readonly returned: number;
}

export interface RefusalPolicy {
  /** Refusals that make a dead letter. */
  readonly maxAttempts: number;
  /** Pause before the first redelivery, doubled for each one after it. */
  readonly retryDelayMs: number;
}

/** What becomes of a message that its handler rejected. */
export type Verdict =
  | { readonly dead: true; readonly attempts: number; readonly reason: string }
  | { readonly dead: false; readonly comebacks: Comebacks; readonly pauseMs: number };

const DEFAULT_POLICY: RefusalPolicy = { maxAttempts: 5, retryDelayMs: 250 };
const MAX_PAUSE_MS = 30_000;
/** Where something is away, the pause grows no further, so that work goes on soon after it is back. */
const RETURNED_PAUSES = 3;
const MAX_REASON_LENGTH = 1_000;

export function refusalPolicy({
  maxAttempts = DEFAULT_POLICY.maxAttempts,
  retryDelayMs = DEFAULT_POLICY.retryDelayMs,
}: Partial<RefusalPolicy>): RefusalPolicy {
  return { maxAttempts, retryDelayMs };
}

/** Every pause that a message may have to make, unless its handler asks for another. */
export function pausesOf(policy: RefusalPolicy): readonly number[] {
  const times = Math.max(RETURNED_PAUSES, policy.maxAttempts - 1);
  return [...new Set(Array.from({ length: times }, (_, index) => pauseAfter(index + 1, policy)))];
}

/** The handler's error as a verdict: `unavailable` and `closed` are no attempt, and so never lead to a dead letter. */
export function judgeRefusal(error: unknown, { refused, returned }: Comebacks, policy: RefusalPolicy): Verdict {
  if (hasCode(error, "unavailable") || hasCode(error, "closed")) {
    const comebacks = { refused, returned: returned + 1 };
    const pauseMs = askedPauseMs(error) ?? pauseAfter(Math.min(comebacks.returned, RETURNED_PAUSES), policy);
    return { dead: false, comebacks, pauseMs };
  }
  const attempts = refused + 1;
  if (attempts >= policy.maxAttempts) return { dead: true, attempts, reason: reasonOf(error) };
  return { dead: false, comebacks: { refused: attempts, returned }, pauseMs: pauseAfter(attempts, policy) };
}

/** A dead letter's reason where no handler gave one. */
export function lostConsumersReason(deaths: number): string {
  return `${deaths} consumers died with this message in hand`;
}

function pauseAfter(times: number, { retryDelayMs }: RefusalPolicy): number {
  return Math.min(MAX_PAUSE_MS, retryDelayMs * 2 ** (times - 1));
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, MAX_REASON_LENGTH);
}
