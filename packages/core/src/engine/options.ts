import type { AttributeTypes } from "../model/attribute.js";
import type { DefaultConsent } from "../model/customer.js";
import type { Store } from "../ports/index.js";
import type { MessageQueue } from "../ports/queue.js";
import type { Clock, Logger, NewId } from "../ports/runtime.js";
import type { Sender } from "../ports/sender.js";
import type { OpenScratch, OpenSpool } from "../ports/spool.js";

export interface EngineOptions {
  readonly store: Store;
  readonly queue: MessageQueue;
  /** Without one, launching is `invalid`. */
  readonly sender?: Sender;
  /** ISO 4217; USD. */
  readonly currency?: string;
  /** IANA; UTC. Times without an offset are read in it. */
  readonly timeZone?: string;
  /** What a record that says nothing of a channel means; subscribed. */
  readonly defaultConsent?: DefaultConsent;
  /** Whether an order of an unknown customer makes one, or is rejected; make. */
  readonly unknownCustomers?: "make" | "reject";
  /** For a new store: ISO 3166 code of the country of phone numbers that name none. */
  readonly phoneRegion?: string;
  /** For a new store: the secret of its address hashes, at least 32 characters; made, and kept in the store. */
  readonly addressKey?: string;
  /** Rows in a batch of work; 500. */
  readonly batchSize?: number;
  /** Lease of a claim, renewed at a third; 15,000. */
  readonly leaseMs?: number;
  /** How long a message that the vendor defers is tried again, with back-off from 500 ms to 15 minutes, before it fails as `deferred_too_long`; 1,440. */
  readonly retryMinutes?: number;
  /** Sends of one message; 0, no bound but the time. */
  readonly maxAttempts?: number;
  /** Messages a second to the vendor, all processes together; no limit. */
  readonly senderRate?: number;
  /** Vendor calls failed in a row that open its circuit breaker; 10. */
  readonly breakerFailures?: number;
  /** How long the breaker may stay open before campaigns are paused as `vendor_down`; 5 minutes. */
  readonly vendorDownAfterMs?: number;
  /** The address that withdraws a message's recipient from its channel; messages carry none without it. */
  readonly unsubscribeUrl?: (messageId: string) => string;
  /**
   * Attributes of customers, by name, and what they hold. Rows with another type of value are rejected, and rules take only the
   * type's operators. All other attributes may hold anything; none is declared.
   */
  readonly attributes?: AttributeTypes;
  /** After this an estimate is made from a sample of the customers; 2,000. */
  readonly estimateTimeoutMs?: number;
  /** After this the analytics of a segment are `unavailable`; 10,000. */
  readonly analyticsTimeoutMs?: number;
  /** Told of each change of state once, without addresses or content; nobody. */
  readonly logger?: Logger;
  /** Room for grouping order lines; in memory. */
  readonly openSpool?: OpenSpool;
  /** Room for what a dry run would have changed; in memory. */
  readonly openScratch?: OpenScratch;
  /**
   * For tests: the engine's time in place of the store's, which is then not asked, and of the time that passes here. The store's leases and due
   * times stay on its own.
   */
  readonly clock?: Clock;
  readonly newId?: NewId;
}
