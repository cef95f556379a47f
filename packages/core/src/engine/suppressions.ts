import type { Channel } from "../model/channel.js";
import type { Page, PageRequest } from "../ports/page.js";
import type { Suppression } from "../view/suppression.js";

/** What an operator decides of an address, in any spelling, and why. */
export interface SuppressionDecision {
  readonly address: string;
  /** All that the address can be of, if absent. */
  readonly channel?: Channel | undefined;
  readonly reason: string;
}

/** Addresses that nobody is written to at: they belong to their mailbox, whoever has them now or later. */
export interface SuppressionsApi {
  /** Those that are suppressed, known by their hashes. */
  list(filter: { readonly channel?: Channel | undefined }, page: PageRequest): Promise<Page<Suppression>>;
  /** What is known of an address, in each channel that it is of or in one; none where nothing is. `invalid` for what is no address. */
  find(address: string, filter?: { readonly channel?: Channel | undefined }): Promise<readonly Suppression[]>;
  /** Queues, durably, that nobody is written to at the address. */
  suppress(decision: SuppressionDecision): Promise<void>;
  /** Queues, durably, that bounces and what was suppressed by hand are lifted; `conflict` where something else suppresses the address. */
  lift(decision: SuppressionDecision): Promise<void>;
}

export interface UntrustedSuppressions {
  suppress(decision: unknown): Promise<void>;
  lift(decision: unknown): Promise<void>;
}
