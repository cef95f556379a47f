import type { Instant } from "../model/instant.js";
import type { Topic } from "./queue.js";

export const ROLES = ["api", "worker"] as const;
export type Role = (typeof ROLES)[number];

/** What a worker can do: a topic's messages, or work that campaigns and erasures need. */
export type Duty = Topic | "campaigns" | "erasures" | "upkeep";

/** Something that a process does. */
export interface Doing {
  readonly duty: Duty;
  /** Messages in its hands now. */
  readonly inHand: number;
  /** Since when it fails, and with what, fit to be shown. */
  readonly trouble?: { readonly since: Instant; readonly reason: string };
}

/** How the vendor does, as one process has seen it. `failing`: the latest calls failed, and its breaker is not open yet. */
export interface VendorHealth {
  readonly state: "answers" | "failing" | "open";
  /** Calls failed in a row. */
  readonly failures: number;
  /** When the first of them failed. */
  readonly failingSince?: Instant;
  /** What the last of them failed with, fit to be shown. */
  readonly lastError?: string;
  /** While the breaker is open: when the vendor is tried next. */
  readonly nextTryAt?: Instant;
  /** The last call that did not fail. */
  readonly answeredAt?: Instant;
}

/** What a process says of itself. */
export interface Heartbeat {
  /** Of this run of the process. */
  readonly id: string;
  readonly role: Role;
  readonly version: string;
  readonly host: string;
  readonly pid: number;
  readonly startedAt: Instant;
  readonly doing: readonly Doing[];
  /** Of a process that sends. */
  readonly vendor?: VendorHealth;
  /** It has ended by itself: nobody need look for it. */
  readonly ended?: true;
}

export interface StoredHeartbeat extends Heartbeat {
  /** When it said so, on the store's clock. */
  readonly seenAt: Instant;
}

/** How often a process says that it is alive. */
export const BEAT_EVERY_MS = 3_000;
/** A process of which nothing was heard for so long is gone, or as good as gone. */
export const SILENT_AFTER_MS = 9_000;

/** Whether it is alive, by what was heard of it. */
export function isAlive({ seenAt, ended }: StoredHeartbeat, now: Instant): boolean {
  return !ended && now - seenAt <= SILENT_AFTER_MS;
}

/** What each process last said of itself. */
export interface Heartbeats {
  /**
   * Keeps it in place of what the process said before, dated by the store's clock, and forgets processes of which nothing was heard for
   * `forgetAfterMs`.
   */
  beat(heartbeat: Heartbeat, forgetAfterMs: number): Promise<void>;
  /** Up to `limit`, the one last heard of first. */
  list(limit: number): Promise<readonly StoredHeartbeat[]>;
}
