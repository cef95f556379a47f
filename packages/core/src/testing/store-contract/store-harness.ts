import type { Nouns, Store } from "../../ports/index.js";
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

/** The cases of a port by the method that each is mostly about: a method without a case does not compile. */
export type CasesOfPort<P> = { readonly [M in keyof P]: readonly [StoreCase, ...StoreCase[]] };
export type CasesOf<N extends keyof Nouns> = CasesOfPort<Nouns[N]>;

export type CasesOfStore = { readonly [N in keyof Nouns]: CasesOf<N> };

/** Each case under its method's name: `orders.apply: an order delivered twice counts once`. */
export function namedCases(store: CasesOfStore): readonly StoreCase[] {
  return Object.entries<Readonly<Record<string, readonly StoreCase[]>>>(store).flatMap(([noun, methods]) =>
    Object.entries(methods).flatMap(([method, cases]) =>
      cases.map((one) => ({ ...one, name: `${noun}.${method}: ${one.name}` })),
    ),
  );
}

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
