import type { Rejection } from "../model/batch.js";
import type { EffectCounts } from "../model/effect.js";
import type { IngestOptions } from "./untrusted.js";

/** What an upload of the same rows would do. Rows that are received are added, changed, unchanged or rejected: the four add up. */
export interface DryRun extends EffectCounts {
  readonly received: number;
  readonly rejected: number;
  /** Of the customers whom rows are about, each once: those who would have an address that nobody is written to, on some channel. */
  readonly suppressed: number;
  /** The first 100, by row. */
  readonly errors: readonly Rejection[];
}

export interface DryRunOptions extends Omit<IngestOptions, "batchId"> {
  /** Told of each rejection, and not only of those that are answered; in no particular order. */
  readonly onRejection?: (rejection: Rejection) => void;
}
