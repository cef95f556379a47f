import type { Instant } from "../../model/instant.js";
import type { ClaimRef } from "../../ports/claims.js";
import type { EngineParts } from "../engine-parts.js";
import { cappedRetryAfterMs } from "./retry-delay.js";
import type { CallFailure } from "./vendor-call.js";

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * One process's circuit breaker for its vendor. Not a library's: those wrap a call, and this one is asked before rows are
 * claimed, knows whose attempts to give back, and pauses as long as the vendor asks.
 */
export interface VendorBreaker {
  /** What may be claimed now. `probe` is given to one caller at a time, who ends it. */
  admit(): "batch" | "probe" | "none";
  endProbe(): void;
  isOpen(): boolean;
  succeeded(): void;
  failed(failure: CallFailure, probing: boolean): void;
  /**
   * Whether a failed call is no attempt for the row: the breaker is open, or the row has lost one in this row of failures. So an
   * outage takes at most one attempt of a message, however few there are to trip the breaker with.
   */
  readonly isExempt: (id: string) => boolean;
  /** Rows that lost an attempt by a failed call and are pending again. */
  noteLostAttempts(rows: readonly ClaimRef[]): void;
  /** Once the breaker is open, the rows to give their attempt back to; each is returned once. */
  takeRefunds(): readonly ClaimRef[];
  /** Why a campaign that runs since `from` is to be paused: the vendor is down for too long, and has been tried since. */
  downSince(from: Instant): string | undefined;
  /** Nothing runs: if the vendor was down for too long, whatever runs next may try it at once. */
  rest(): void;
}

interface Outage {
  readonly since: Instant;
  readonly pauseMs: number;
  readonly until: Instant;
}

export function createVendorBreaker(parts: Pick<EngineParts, "breakerFailures" | "vendorDownAfterMs" | "clock">): VendorBreaker {
  const { breakerFailures, vendorDownAfterMs, clock } = parts;
  let calls = 0;
  let last: { readonly at: Instant; readonly reason: string } | undefined;
  let outage: Outage | undefined;
  let probing = false;
  const charged = new Map<string, number>();

  const pausedFrom = (since: Instant, lastPauseMs: number, { retryAfterMs }: CallFailure): Outage => {
    const pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, 2 * lastPauseMs));
    return { since, pauseMs, until: clock() + Math.max(pauseMs, cappedRetryAfterMs(retryAfterMs)) };
  };

  return {
    admit: () => {
      if (!outage) return "batch";
      if (probing || clock() < outage.until) return "none";
      probing = true;
      return "probe";
    },
    endProbe: () => {
      probing = false;
    },
    isOpen: () => outage !== undefined,
    succeeded: () => {
      calls = 0;
      outage = undefined;
      charged.clear();
    },
    failed: (failure, isProbe) => {
      calls += 1;
      last = { at: clock(), reason: failure.reason };
      if (outage && isProbe) outage = pausedFrom(outage.since, outage.pauseMs, failure);
      else if (!outage && calls >= breakerFailures) outage = pausedFrom(clock(), 0, failure);
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
    downSince: (from) => {
      if (!outage || !last || last.at < from || clock() - Math.max(outage.since, from) < vendorDownAfterMs) return undefined;
      return `the vendor is down: ${calls} calls failed in a row, the last with: ${last.reason}`;
    },
    rest: () => {
      if (outage && clock() - outage.since >= vendorDownAfterMs) outage = { ...outage, pauseMs: 0, until: clock() };
    },
  };
}
