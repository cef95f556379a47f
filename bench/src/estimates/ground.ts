import type { Store } from "@crm-engine/core/ports";

/** A store, and a way round it to the same data. */
export interface Ground {
  readonly store: Store;
  /** Whether an earlier run left the whole population there. */
  readonly loaded: boolean;
  /** Called when the population is there. */
  ready(): Promise<void>;
  /** The count of a typical rule as written by hand, straight through the driver. */
  byHand(rule: string): () => Promise<number>;
  close(): Promise<void>;
}
