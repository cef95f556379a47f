import type { Finding } from "../view/health/finding.js";
import type { Vendor } from "../view/health/vendor.js";
import type { WorkerProcess } from "../view/health/worker-process.js";

/** Who is at work, and what needs a hand. */
export interface HealthApi {
  /** Processes that were heard of within a day, the one last heard of first: API servers and workers, those that ended or fell silent too. */
  workers(): Promise<readonly WorkerProcess[]>;
  /** The vendor, as the workers that are alive see it. */
  vendor(): Promise<Vendor>;
  /**
   * What is wrong, or will be: each says what to do about it. A store that does not answer is one of them, and hides those that only it
   * could tell.
   */
  findings(): Promise<readonly Finding[]>;
}
