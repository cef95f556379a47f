import type { Batches } from "./batches.js";
import type { Campaigns } from "./campaigns.js";
import type { Claims } from "./claims.js";
import type { Communications } from "./communications.js";
import type { Idempotency, Leases, Outcomes, Rates } from "./coordination.js";
import type { Customers } from "./customers.js";
import type { Orders } from "./orders.js";
import type { ServiceInfo } from "./runtime.js";
import type { Segments } from "./segments.js";

/** What a store is made of: each noun is a port, and has a room of the same name in every store and in the contract. */
export interface Nouns {
  readonly customers: Customers;
  readonly orders: Orders;
  readonly segments: Segments;
  readonly campaigns: Campaigns;
  readonly communications: Communications;
  readonly claims: Claims;
  readonly batches: Batches;
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
