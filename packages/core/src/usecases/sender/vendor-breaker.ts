import type { ClaimRef } from "../../ports/claims.js";
import type { VendorHealth } from "../../ports/heartbeats.js";
import type { EngineParts } from "../engine-parts.js";
import { cappedRetryAfterMs } from "./retry-delay.js";
import type { CallFailure } from "./vendor-call.js";

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
const REMEMBERED_OUTAGES = 1_000;

/**
 * One process's circuit breaker for its vendor. A library's breaker wraps a call; this one is asked before rows are claimed,
 * knows which attempts to give back, and waits as long as the vendor asks.
 */
export interface VendorBreaker {
  /** What may be claimed now. `probe` goes to one caller at a time, who must end it. */
  admit(): "batch" | "probe" | "none";
  endProbe(): void;
  isOpen(): boolean;
  /** For how long it was open in the last `ms`, as far as it remembers: its last 1,000 outages. */
  openMsWithin(ms: number): number;
  succeeded(): void;
  failed(failure: CallFailure, probing: boolean): void;
  /**
   * Whether a failed call does not count as an attempt for the log row: the breaker is open, or the row already lost an attempt
   * during this streak of failures. So an outage costs a message at most one attempt, however few messages there are to open the
   * breaker.
   */
  readonly isExempt: (id: string) => boolean;
  /** Takes note of rows that lost an attempt to a failed call and are pending again. */
  noteLostAttempts(rows: readonly ClaimRef[]): void;
  /** Once the breaker is open, the rows to give an attempt back to; each is returned once. */
  takeRefunds(): readonly ClaimRef[];
  /**
   * Why a campaign that has been running for `ms` must be paused: the vendor has been down for too long, and was tried in that
   * time.
   */
  downWithin(ms: number): string | undefined;
  /** What it knows now. */
  seen(): SeenVendor;
  /** No campaign is running: if the vendor was down for too long, the next one may try it at once. */
  rest(): void;
}

/** How the vendor does, with ages instead of times. */
export interface SeenVendor {
  readonly state: VendorHealth["state"];
  readonly failures: number;
  readonly failingForMs?: number;
  readonly lastError?: string;
  /** While it is open; 0 or less once it may be tried. */
  readonly nextTryInMs?: number;
  readonly answeredAgoMs?: number;
}

/** By the process's own monotonic clock. */
interface Outage {
  readonly since: number;
  readonly pauseMs: number;
  readonly until: number;
}

export function createVendorBreaker(
  parts: Pick<EngineParts, "breakerFailures" | "vendorDownAfterMs" | "elapsed" | "logger">,
): VendorBreaker {
  const { breakerFailures, vendorDownAfterMs, elapsed, logger } = parts;
  let calls = 0;
  let failingSince: number | undefined;
  let answeredAt: number | undefined;
  let last: { readonly at: number; readonly reason: string } | undefined;
  let outage: Outage | undefined;
  const past: { readonly since: number; readonly until: number }[] = [];
  let probing = false;
  const charged = new Map<string, number>();

  const pausedFrom = (since: number, lastPauseMs: number, { retryAfterMs }: CallFailure): Outage => {
    const pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, 2 * lastPauseMs));
    return { since, pauseMs, until: elapsed() + Math.max(pauseMs, cappedRetryAfterMs(retryAfterMs)) };
  };

  return {
    admit: () => {
      if (!outage) return "batch";
      if (probing || elapsed() < outage.until) return "none";
      probing = true;
      return "probe";
    },
    endProbe: () => {
      probing = false;
    },
    isOpen: () => outage !== undefined,
    openMsWithin: (ms) => {
      const from = elapsed() - ms;
      const outages = outage ? [...past, { since: outage.since, until: elapsed() }] : past;
      return outages.reduce((sum, { since, until }) => sum + Math.max(0, until - Math.max(since, from)), 0);
    },
    succeeded: () => {
      if (outage) logger.info({ openMs: Math.round(elapsed() - outage.since), failures: calls }, "vendor breaker closed");
      calls = 0;
      failingSince = undefined;
      answeredAt = elapsed();
      if (outage && past.push({ since: outage.since, until: elapsed() }) > REMEMBERED_OUTAGES) past.shift();
      outage = undefined;
      charged.clear();
    },
    failed: (failure, isProbe) => {
      calls += 1;
      failingSince ??= elapsed();
      last = { at: elapsed(), reason: failure.reason };
      if (outage && isProbe) outage = pausedFrom(outage.since, outage.pauseMs, failure);
      else if (!outage && calls >= breakerFailures) {
        outage = pausedFrom(elapsed(), 0, failure);
        logger.warn({ failures: calls, lastError: failure.reason }, "vendor breaker opened");
      }
    },
    isExempt: (id) => outage !== undefined || charged.has(id),
    noteLostAttempts: (rows) => {
      for (const { id, epoch } of rows) charged.set(id, epoch);
    },
    takeRefunds: () => {
      if (!outage) return [];
      const owed = [...charged].map(([id, epoch]) => ({ id, epoch }));
      charged.clear();
      return owed;
    },
    downWithin: (ms) => {
      const from = elapsed() - ms;
      if (!outage || !last || last.at < from || elapsed() - Math.max(outage.since, from) < vendorDownAfterMs) return undefined;
      return `the vendor is down: ${calls} calls failed in a row, the last with: ${last.reason}`;
    },
    seen: () => ({
      state: outage ? "open" : calls > 0 ? "failing" : "answers",
      failures: calls,
      ...(failingSince === undefined ? {} : { failingForMs: elapsed() - failingSince }),
      ...(calls > 0 && last ? { lastError: last.reason } : {}),
      ...(outage ? { nextTryInMs: outage.until - elapsed() } : {}),
      ...(answeredAt === undefined ? {} : { answeredAgoMs: elapsed() - answeredAt }),
    }),
    rest: () => {
      if (outage && elapsed() - outage.since >= vendorDownAfterMs) outage = { ...outage, pauseMs: 0, until: elapsed() };
    },
  };
}
