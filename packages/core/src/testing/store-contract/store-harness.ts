import type { Store } from "../../ports/index.js";
import type { ContractCase } from "../contract.js";

/** What a store case is given: made anew for each case, so that no case sees another's data. */
export interface StoreHarness {
  /**
   * A handle on the case's own namespace, which is empty at first. Called again, it gives what another process would have:
   * a second handle on the same data. Handles that a case leaves open are the harness's to close.
   */
  open(): Promise<Store>;
  /** How long a case waits for what must happen before it fails: some seconds for a server. */
  readonly maxWaitMs: number;
}

/** `durable`: with every handle closed and one opened again, what was written is there. */
export type StoreTrait = "durable";
export type StoreCase = ContractCase<StoreHarness, StoreTrait>;

/** A case on one handle. */
export function storeCase(name: string, run: (store: Store, harness: StoreHarness) => Promise<void>): StoreCase {
  return { name, run: async (harness) => run(await harness.open(), harness) };
}

/** A case on two handles, as two processes would have them. */
export function twoStoreCase(
  name: string,
  run: (stores: readonly [Store, Store], harness: StoreHarness) => Promise<void>,
): StoreCase {
  return { name, run: async (harness) => run([await harness.open(), await harness.open()], harness) };
}
