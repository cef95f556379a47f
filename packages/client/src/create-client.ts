import type { RemoteClient } from "./client.js";
import { createConnection, type Fetch } from "./connection/connection.js";
import { batchesOf } from "./faces/batches.js";
import { campaignsOf } from "./faces/campaigns.js";
import { customersOf } from "./faces/customers.js";
import { dashboardOf, downloadsOf } from "./faces/dashboard.js";
import { healthOf, readyOf } from "./faces/health.js";
import { ingestOf } from "./faces/ingest.js";
import { mapsOf } from "./faces/maps.js";
import { ordersOf } from "./faces/orders.js";
import { queuesOf } from "./faces/queues.js";
import { receiptsOf } from "./faces/receipts.js";
import { segmentsOf } from "./faces/segments.js";
import { suppressionsOf } from "./faces/suppressions.js";

export interface ClientOptions {
  /** Where the API is: `https://crm.example.com`, with the path before `/api`, if there is one. */
  readonly url: string | URL;
  /** Sent as a bearer token. */
  readonly apiKey?: string | undefined;
  /** How often what is safe to repeat is tried again after its first try, with growing pauses; 3. */
  readonly retries?: number;
  /** Of one try, uploads, downloads and event streams not counted; 60,000. */
  readonly timeoutMs?: number;
  /** Breaks off all that the client does. */
  readonly signal?: AbortSignal | undefined;
  /** The platform's. */
  readonly fetch?: Fetch;
}

/** A client of the engine's HTTP API. Does no I/O until it is asked something; `invalid` for a URL that is none. */
export function createClient(options: ClientOptions): RemoteClient {
  const { url, apiKey, retries = 3, timeoutMs = 60_000, signal, fetch = (...call) => globalThis.fetch(...call) } = options;
  const connection = createConnection({ url, apiKey, retries, timeoutMs, signal, fetch });
  return {
    ingest: ingestOf(connection),
    batches: batchesOf(connection),
    customers: customersOf(connection),
    suppressions: suppressionsOf(connection),
    orders: ordersOf(connection),
    maps: mapsOf(connection),
    segments: segmentsOf(connection),
    campaigns: campaignsOf(connection),
    receipts: receiptsOf(connection),
    queues: queuesOf(connection),
    health: healthOf(connection),
    dashboard: dashboardOf(connection),
    downloads: downloadsOf(connection),
    ready: () => readyOf(connection),
    close: async () => connection.close(),
  };
}
