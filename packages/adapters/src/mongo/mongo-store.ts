import { CrmError, type Store } from "@crm-engine/core/ports";
import type { MongoClient } from "mongodb";
import { mongoBatches } from "./batches/batches.js";
import { mongoCampaigns } from "./campaigns.js";
import { mongoClaims } from "./claims/claims.js";
import { mongoCommunications } from "./communications/communications.js";
import { mongoClock } from "./coordination/clock.js";
import { mongoIdempotency } from "./coordination/idempotency.js";
import { mongoLeases } from "./coordination/leases.js";
import { mongoOutcomes } from "./coordination/outcomes.js";
import { mongoRates } from "./coordination/rates.js";
import { mongoSettings } from "./coordination/settings.js";
import { mongoCustomers } from "./customers/customers.js";
import { createConnection } from "./database/connection.js";
import { serverInfo } from "./database/server-info.js";
import { mongoErasures } from "./erasures.js";
import { mongoFigures } from "./figures.js";
import { mongoHeartbeats } from "./heartbeats.js";
import { mongoMaps } from "./maps.js";
import { mongoOrders } from "./orders/orders.js";
import { mongoSegments } from "./segments.js";
import { mongoSuppressions } from "./suppressions.js";

/** A URL, or a client of yours that the store uses and does not close. */
export type MongoStoreOptions = ({ readonly url: string } | { readonly client: MongoClient }) & {
  /** The one that the URL names; `crm`. */
  readonly database?: string;
  /** Prefix of the collections: `NAMESPACE.customers` and so on; `crm`. */
  readonly namespace?: string;
  /** The server gives up planning one range of customers after this. Keep it within a third of the planner's lease; 5,000. */
  readonly planTimeoutMs?: number;
};

/**
 * A store on MongoDB: a standalone server will do, since nothing needs a transaction. Does no I/O: the first use connects, once,
 * and makes the indexes; data of another layout is refused, as `invalid`. Throws CrmError `invalid` for a namespace that can't begin a collection's name.
 */
export function mongoStore(options: MongoStoreOptions): Store {
  const { database, namespace = "crm", planTimeoutMs = 5_000 } = options;
  if (!/^[A-Za-z0-9_-]{1,60}$/.test(namespace)) {
    throw new CrmError("invalid", "namespace: must be 1 to 60 letters, digits, _ or -");
  }
  const server = "client" in options ? { client: options.client } : { url: options.url };
  const connection = createConnection({ ...server, ...(database === undefined ? {} : { database }), namespace });
  return {
    customers: mongoCustomers(connection),
    suppressions: mongoSuppressions(connection),
    erasures: mongoErasures(connection),
    orders: mongoOrders(connection),
    segments: mongoSegments(connection),
    campaigns: mongoCampaigns(connection),
    communications: mongoCommunications(connection, planTimeoutMs),
    claims: mongoClaims(connection),
    batches: mongoBatches(connection),
    maps: mongoMaps(connection),
    heartbeats: mongoHeartbeats(connection),
    figures: mongoFigures(connection),
    clock: mongoClock(connection),
    settings: mongoSettings(connection),
    leases: mongoLeases(connection),
    rates: mongoRates(connection),
    outcomes: mongoOutcomes(connection),
    idempotency: mongoIdempotency(connection),
    info: () => connection.use((_, client) => serverInfo(client)),
    close: () => connection.close(),
  };
}
