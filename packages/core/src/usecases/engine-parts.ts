import type { EdgeContext } from "../model/edge.js";
import type { Clock, MessageQueue, NewId, OpenSpool, Sender, Store } from "../ports.js";

/** What every use case works with: the ports, and the settings with their defaults filled in. */
export interface EngineParts {
  readonly store: Store;
  readonly queue: MessageQueue;
  readonly sender: Sender | undefined;
  readonly context: EdgeContext;
  readonly batchSize: number;
  readonly leaseMs: number;
  readonly maxAttempts: number;
  readonly estimateTimeoutMs: number;
  readonly senderRate: number | undefined;
  readonly openSpool: OpenSpool;
  readonly clock: Clock;
  readonly newId: NewId;
}
