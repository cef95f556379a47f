import type { EdgeContext } from "../model/edge.js";
import type { Idempotency } from "../ports/coordination.js";
import type { ServiceInfo } from "../ports/runtime.js";
import type { Dashboard } from "../view/figures/dashboard.js";
import type { BatchesApi, Ingest } from "./batches.js";
import type { CampaignsApi } from "./campaigns.js";
import type { ReceiptsApi } from "./communications.js";
import type { CustomersApi } from "./customers.js";
import type { DownloadsApi } from "./downloads.js";
import type { HealthApi } from "./health.js";
import type { MapsApi } from "./maps.js";
import type { OrdersApi, RecountResult } from "./orders.js";
import type { QueuesApi } from "./queues.js";
import type { SegmentsApi } from "./segments.js";
import type { SuppressionsApi } from "./suppressions.js";
import type { Untrusted } from "./untrusted.js";
import type { Work } from "./work.js";

/**
 * The whole engine: everything a program, the HTTP layer and the workers do goes through here. What it returns is what HTTP
 * answers: money in decimals of the currency, times as ISO 8601 in UTC.
 */
export interface Engine {
  readonly context: EdgeContext;
  readonly ingest: Ingest;
  readonly batches: BatchesApi;
  readonly customers: CustomersApi;
  readonly suppressions: SuppressionsApi;
  readonly orders: OrdersApi;
  readonly maps: MapsApi;
  readonly segments: SegmentsApi;
  readonly campaigns: CampaignsApi;
  readonly receipts: ReceiptsApi;
  readonly queues: QueuesApi;
  readonly health: HealthApi;
  /**
   * All that a first screen shows of the last `days` (30; at most 200), beside as many before: customers, orders, deliveries, campaigns, and
   * what needs a hand. At most ten seconds old while a worker is alive.
   */
  dashboard(options?: { readonly days?: number | undefined }): Promise<Dashboard>;
  readonly downloads: DownloadsApi;
  readonly untrusted: Untrusted;
  /** For requests that a caller may send again. */
  readonly idempotency: Idempotency;
  /** Computes every customer's totals again from the stored orders, and corrects what differs. */
  recount(options?: {
    readonly signal?: AbortSignal;
    readonly onProgress?: (soFar: RecountResult) => void;
  }): Promise<RecountResult>;
  /** What a worker calls. Each is safe to run in any number of processes at once. */
  readonly work: Work;
  /**
   * Answers of the store and the queue, and whether they take writes (`refusesWrites`); `unavailable` if one does not answer or the
   * store's clock was never read. A machine whose clock is far from the store's is among the store's warnings.
   */
  ready(): Promise<{ readonly store: ServiceInfo; readonly queue: ServiceInfo }>;
  /** Closes the store, the queue and the sender. Idempotent. */
  close(): Promise<void>;
}
