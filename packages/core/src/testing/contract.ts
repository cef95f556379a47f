/**
 * One guarantee of a port, ready to be run by any test runner: pass on every adapter, fail on one that breaks it.
 * A case rejects with an AssertionError, or with what the adapter threw.
 */
export interface ContractCase<H, T extends string = string> {
  readonly name: string;
  /** The trait without which the case makes no sense: skip it then, with the trait's sentence as the reason. */
  readonly needs?: T;
  run(harness: H): Promise<void>;
}

/** What an adapter says of itself, once, in a sentence for its users. */
export interface TraitClaim {
  readonly has: boolean;
  readonly sentence: string;
}
export type Traits<T extends string> = { readonly [N in T]: TraitClaim };

/** Why an adapter with these traits does not run the case; undefined when it must. */
export function skipReason<T extends string>(
  { needs }: Pick<ContractCase<never, T>, "needs">,
  traits: Traits<T>,
): string | undefined {
  return needs === undefined || traits[needs].has ? undefined : `not ${needs}: ${traits[needs].sentence}`;
}
