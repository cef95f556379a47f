import type { Instant } from "../model/instant.js";

/** The one clock that all processes share: leases end by it, and what decides between processes is dated by it. */
export interface StoreClock {
  /** The time by which the store's own times are written, when it was asked. */
  now(): Promise<Instant>;
}

/** Named leases: one holder at a time, each with a higher epoch than the last. */
export interface Leases {
  /** The epoch, or undefined while another holds it. */
  acquire(name: string, ttlMs: number): Promise<number | undefined>;
  /** False when the lease has ended or passed on. */
  renew(name: string, epoch: number, ttlMs: number): Promise<boolean>;
  /** Ends it, if still held. */
  release(name: string, epoch: number): Promise<void>;
}

/** What a rate was lowered to, from what, and how long ago. */
export interface LoweredRate {
  readonly perSecond: number;
  readonly before: number;
  readonly ageMs: number;
}

/** Token buckets shared by all processes; a bucket holds one second's worth, and at least one. */
export interface Rates {
  /** Takes up to `wanted` whole tokens and returns how many it got. */
  take(name: string, perSecond: number, wanted: number): Promise<number>;
  /** Gives back tokens that nobody needed; a bucket never holds more than its size. */
  putBack(name: string, perSecond: number, count: number): Promise<void>;
  /** Notes that a rate was lowered, unless that was done less than `everyMs` ago: true for exactly the caller that did. Takes no tokens. */
  lower(name: string, rate: Omit<LoweredRate, "ageMs">, everyMs: number): Promise<boolean>;
  /**
   * Adds to a rate that was lowered less than `withinMs` ago, and to what it was before, as by callers who know a part of it each; its
   * age stays. False where there is no such rate.
   */
  widen(name: string, part: Omit<LoweredRate, "ageMs">, withinMs: number): Promise<boolean>;
  /** What a rate was last lowered to; its age is of the store's clock. */
  lowered(name: string): Promise<LoweredRate | undefined>;
}

/** Small values that a store keeps for good, each under a name. */
export interface Settings {
  /** Keeps the value unless one is kept already; returns the one that is. Of several callers one's is kept. */
  keep(name: string, value: string): Promise<string>;
}

/** The latest outcomes (failed or not) under a name, shared by all processes. */
export interface Outcomes {
  /**
   * Appends outcomes in order and keeps the last `keep`; returns how many are kept and how many of those failed. Outcomes of a
   * higher `window` than those kept replace them; outcomes of a lower one are ignored.
   */
  record(
    name: string,
    outcomes: { readonly window: number; readonly failed: readonly boolean[] },
    keep: number,
  ): Promise<{ readonly kept: number; readonly failed: number }>;
}

export interface StoredResponse {
  readonly bodyHash: string;
  readonly answer: string;
}

/**
 * `startedAt` is when the key was first begun: a caller that takes over finds the same, so that ids derived from both are the
 * same; a key whose answer was forgotten begins anew.
 */
export type KeyState =
  | { readonly state: "begun"; readonly startedAt: Instant }
  | { readonly state: "running" }
  | ({ readonly state: "finished" } & StoredResponse);

/** Answers kept by idempotency key. */
export interface Idempotency {
  /** Begins, or takes over from a caller whose lease ended; else says what it found. What never finished is forgotten after `ttlMs`. */
  begin(key: string, options: { readonly leaseMs: number; readonly ttlMs: number }): Promise<KeyState>;
  /** Extends the lease of work that runs. */
  renew(key: string, leaseMs: number): Promise<void>;
  /** Keeps the answer for `ttlMs`. */
  finish(key: string, result: StoredResponse, ttlMs: number): Promise<void>;
  /** Forgets a key whose work failed, so that it can be tried again at once. */
  abandon(key: string): Promise<void>;
}
