import type { Customers } from "../ports/customers.js";
import type { Store } from "../ports/index.js";
import type { Clock } from "../ports/runtime.js";
import { asyncPort, type Sync } from "./async-port.js";
import { memoryBatches } from "./batches.js";
import { memoryCampaigns } from "./campaigns.js";
import { memoryClaims } from "./communications/claims.js";
import { memoryCommunications } from "./communications/communications.js";
import { memoryIdempotency } from "./coordination/idempotency.js";
import { memoryLeases } from "./coordination/leases.js";
import { memoryOutcomes } from "./coordination/outcomes.js";
import { memoryRates } from "./coordination/rates.js";
import { memoryCustomers } from "./customers.js";
import { memoryOrders } from "./orders.js";
import { memorySegments } from "./segments.js";

export interface MemoryStoreOptions {
  /** The store's clock, for leases and due rows; the system's. */
  readonly now?: Clock;
}

/** Data in this process that any number of stores share, as processes share a database. It outlives them, and ends with the process. */
export interface MemoryDatabase {
  open(): Store;
}

export function createMemoryDatabase({ now = Date.now }: MemoryStoreOptions = {}): MemoryDatabase {
  const { port: customers, shelf } = memoryCustomers(now, {
    ordersOf: (id) => orders.ordersOf(id),
    messagesOf: (id) => communications.messagesOf(id),
  });
  const campaigns = memoryCampaigns();
  const orders = memoryOrders(shelf);
  const communications = memoryCommunications(shelf, campaigns, now);
  const data: Data = {
    customers: {
      ...customers,
      erase: (id, stamp) => {
        communications.forgetAddresses(id);
        return customers.erase(id, stamp);
      },
    },
    orders: orders.port,
    segments: memorySegments(),
    campaigns,
    communications: communications.port,
    claims: memoryClaims(shelf, communications.shelf, now),
    batches: memoryBatches(now),
    leases: memoryLeases(now),
    rates: memoryRates(now),
    outcomes: memoryOutcomes(),
    idempotency: memoryIdempotency(now),
  };
  return { open: () => openStore(data) };
}

/** A store of its own in memory: the reference implementation, for tests and for trying things out. Not durable. */
export function memoryStore(options: MemoryStoreOptions = {}): Store {
  return createMemoryDatabase(options).open();
}

type Data = { readonly [K in keyof Omit<Store, "info" | "close">]: Sync<Store[K]> };

/** A query is one step here: it can be called off before it begins. */
function cancellable(customers: Customers): Customers {
  return {
    ...customers,
    find: async (condition, page, { signal } = {}) => {
      signal?.throwIfAborted();
      return customers.find(condition, page);
    },
    count: async (condition, { signal } = {}) => {
      signal?.throwIfAborted();
      return customers.count(condition);
    },
    preview: async (condition, examples, { signal } = {}) => {
      signal?.throwIfAborted();
      return customers.preview(condition, examples);
    },
  };
}

function openStore(data: Data): Store {
  const gate = { closed: false };
  const port = <P extends object>(sync: Sync<P>): P => asyncPort(sync, gate);
  return {
    customers: cancellable(port(data.customers)),
    orders: port(data.orders),
    segments: port(data.segments),
    campaigns: port(data.campaigns),
    communications: port(data.communications),
    claims: port(data.claims),
    batches: port(data.batches),
    leases: port(data.leases),
    rates: port(data.rates),
    outcomes: port(data.outcomes),
    idempotency: port(data.idempotency),
    ...port<Pick<Store, "info">>({
      info: () => ({
        name: "memory",
        version: "1",
        durable: false,
        warnings: ["Data is held in memory and ends with the process."],
      }),
    }),
    close: async () => {
      gate.closed = true;
    },
  };
}
