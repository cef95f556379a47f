import type { AddressHasher } from "../model/contact/address-hash.js";
import type { Stamp } from "../model/customer.js";
import type { EdgeContext } from "../model/edge.js";
import type { Store } from "../ports/index.js";
import type { MessageQueue } from "../ports/queue.js";
import type { Logger, NewId } from "../ports/runtime.js";
import type { Sender } from "../ports/sender.js";
import type { OpenScratch, OpenSpool } from "../ports/spool.js";
import type { StoreTime } from "./store-time.js";

/** What every use case works with: the ports, and the settings with their defaults filled in. */
export interface EngineParts {
  readonly store: Store;
  readonly queue: MessageQueue;
  readonly sender: Sender | undefined;
  readonly context: EdgeContext;
  /** Rejects as `invalid` where the store was made with another key or region than is configured. */
  readonly addresses: () => Promise<AddressHasher>;
  /** An order of a customer who is not there is rejected. */
  readonly rejectsUnknownCustomers: boolean;
  readonly batchSize: number;
  readonly leaseMs: number;
  /** 0: no bound. */
  readonly maxAttempts: number;
  readonly retryMs: number;
  readonly estimateTimeoutMs: number;
  readonly analyticsTimeoutMs: number;
  readonly senderRate: number | undefined;
  readonly vendorDownAfterMs: number;
  readonly breakerFailures: number;
  readonly unsubscribeUrl: ((messageId: string) => string) | undefined;
  readonly openSpool: OpenSpool;
  readonly openScratch: OpenScratch;
  /** What other processes see, or compare with what they wrote, is dated by it. */
  readonly clock: StoreTime;
  /** Milliseconds on this machine's monotonic clock, for what lasts within this process. */
  readonly elapsed: () => number;
  readonly newId: NewId;
  /** Told of each change of state by whoever made it, and so once. */
  readonly logger: Logger;
  /** Microseconds of the store's clock, always rising within the process: what was accepted first has the lower one. */
  readonly nextStamp: () => Promise<Stamp>;
}
