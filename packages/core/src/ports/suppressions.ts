import type { Channel } from "../model/channel.js";
import type { AddressEvidence, AddressKey, Suppression } from "../model/contact/suppression.js";
import type { Page, PageRequest } from "./page.js";

/** What is known of addresses, by channel and keyed hash: it belongs to the mailbox, and not to a record that has it. */
export interface Suppressions {
  /**
   * Folds each with `foldEvidence`, atomically for each address: none is lost to another caller's, and what is known already changes
   * nothing. Returns what is known now of each address that is named, once each, in no particular order.
   */
  record(evidence: readonly AddressEvidence[]): Promise<readonly Suppression[]>;
  /** Of those addresses of which anything is known, in no particular order. */
  getMany(keys: readonly AddressKey[]): Promise<readonly Suppression[]>;
  /** The addresses that are suppressed, as `suppressedBy` says; of a channel or of all, by channel and hash. */
  list(filter: { readonly channel?: Channel }, page: PageRequest): Promise<Page<Suppression>>;
}
