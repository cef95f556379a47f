import type { Batches } from "./batches.js";
import type { Campaigns } from "./campaigns.js";
import type { Claims } from "./claims.js";
import type { Communications } from "./communications.js";
import type { Idempotency, Leases, Outcomes, Rates, Settings, StoreClock } from "./coordination.js";
import type { Customers } from "./customers.js";
import type { Erasures } from "./erasures.js";
import type { Figures } from "./figures.js";
import type { Heartbeats } from "./heartbeats.js";
import type { Maps } from "./maps.js";
import type { Orders } from "./orders.js";
import type { ServiceInfo } from "./runtime.js";
import type { Segments } from "./segments.js";
import type { Suppressions } from "./suppressions.js";

/**
 * Terminology
 *
 * - stamp: when the API accepted a row on the store's clock, in microseconds, always rising within a process. It tells which of two rows is newer.
 * - batch: the rows of one upload. Part: those of them that travel as one queue message.
 * - identities of a part: the customers of those of its rows that name none by id; written once, before the part is first applied.
 * - fates of a part: how many of its rows were accepted, and why each of the others was rejected; written once, last.
 * - sealed: said of a batch once its number of rows is final; an upload that nobody touches any more is abandoned.
 * - condition: what a rule becomes once its dates, money and references are resolved; the only form that stores compile.
 * - preview: a count, with a few of those counted.
 * - tombstone: what an erasure leaves of a customer: its id, keyed hashes of its addresses, and a stamp. Rows that are no newer are answered with `erased`.
 * - mark of a topic: where it stood at some time. Past: said of a mark before which nothing is left in the topic.
 * - recount: computing totals again from the orders that they are derived from.
 * - communication log: one row for each recipient of each campaign, under the id `campaignId:customerId`.
 * - plan: writing a campaign's audience into the log, by ranges of customer ids.
 * - generation: 1, and one more for each deliberate sending of a row after the first; it is part of the vendor's idempotency key.
 * - reopening: a user's decision, counted by campaign, to send its failed or unknown rows in their next generation.
 * - hash of an address: keyed, by a secret of the store, so that nobody can test a list of addresses against hashes.
 * - evidence of an address: what happened at its mailbox, folded in any order. Suppressed: said of an address that evidence forbids to write to.
 * - mark: what a customer's record knows of that, so that customers can be counted by it.
 * - fact: an event at the vendor, as it concerns one row. Evidence: the earliest time of each status; facts fold into it in any order.
 * - settled: said of a row in an end state, and of a campaign all of whose rows follow its last move.
 * - due: from this time on a pending row may be claimed.
 * - lease: exclusive use of something until a time on the store's clock, unless it is renewed or released before.
 * - epoch: a number that rises with each holder of a lease; what an earlier holder writes changes nothing.
 * - claim: a worker's lease on one row. Sweep: taking back the rows whose claims have ended.
 * - attempt: a vendor call that was begun for a row. Refund: taking back one that the vendor did not see.
 * - handed over: said of a row for which a call was begun that was not surely refused since: the vendor may have its message.
 * - reservation: of an address, within a campaign, by a row under one of its claims; what it is worth, its holder's row says.
 * - window: outcomes are kept for one at a time; those of a later window replace those of an earlier one.
 * - version: raised by each change of a record, which names the one that it expects (compare-and-set).
 * - spool: temporary storage outside of memory.
 * - figure: what was computed from rows, and is kept. Stale mark: hours of which figures may not be so any more.
 * - layout: the form in which a store keeps its data, by number. A store refuses data in any layout but its own.
 */

/** What a store is made of: each noun is a port, and has a room of the same name in every store and in the contract. */
export interface Nouns {
  readonly customers: Customers;
  readonly suppressions: Suppressions;
  readonly erasures: Erasures;
  readonly orders: Orders;
  readonly segments: Segments;
  readonly campaigns: Campaigns;
  readonly communications: Communications;
  readonly claims: Claims;
  readonly batches: Batches;
  readonly maps: Maps;
  readonly heartbeats: Heartbeats;
  readonly figures: Figures;
  readonly clock: StoreClock;
  readonly settings: Settings;
  readonly leases: Leases;
  readonly rates: Rates;
  readonly outcomes: Outcomes;
  readonly idempotency: Idempotency;
}

/**
 * Where everything lives. Every write is an upsert on a derived id or a compare-and-set, so that repeating it is free and
 * no multi-document transaction is needed. A write that settles is durable as far as `info().durable` says. Failures of the
 * driver come out as CrmError: `unavailable` within 2 s where the store does not answer, `closed` after `close`.
 */
export interface Store extends Nouns {
  /** Connects if need be and asks the server. Rejects as `invalid` where the data there has another layout. */
  info(): Promise<ServiceInfo>;
  /** Waits for calls in flight, then closes what the store opened. Idempotent. */
  close(): Promise<void>;
}
