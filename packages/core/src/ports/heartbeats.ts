import type { Heartbeat, StoredHeartbeat } from "../model/heartbeat.js";

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
