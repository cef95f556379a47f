import type { Nouns, Store } from "../ports/index.js";
import type { Clock } from "../ports/runtime.js";
import { asyncPort, type Sync } from "./async-port.js";
import { memoryBatches } from "./batches.js";
import { memoryCampaigns } from "./campaigns.js";
import { memoryClaims } from "./claims.js";
import { memoryCommunications } from "./communications/communications.js";
import { memoryClock } from "./coordination/clock.js";
import { memoryIdempotency } from "./coordination/idempotency.js";
import { memoryLeases } from "./coordination/leases.js";
import { memoryOutcomes } from "./coordination/outcomes.js";
import { memoryRates } from "./coordination/rates.js";
import { memorySettings } from "./coordination/settings.js";
import { memoryCustomers } from "./customers.js";
import { memoryErasures } from "./erasures.js";
import { memoryFigures } from "./figures.js";
import { memoryHeartbeats } from "./heartbeats.js";
import { memoryMaps } from "./maps.js";
import { memoryOrders } from "./orders/orders.js";
import { memorySegments } from "./segments.js";
import { memorySuppressions } from "./suppressions.js";

export interface MemoryStoreOptions {
  /** The store's clock; the system's. */
  readonly now?: Clock;
}

/** Data in this process that any number of stores share, as processes share a database. It outlives them, and ends with the process. */
export interface MemoryDatabase {
  open(): Store;
}

export function createMemoryDatabase({ now = Date.now }: MemoryStoreOptions = {}): MemoryDatabase {
  const { port: customers, shelf } = memoryCustomers(now, {
    ordersOf: (id) => orders.shelf.ordersOf(id),
    messagesOf: (id) => communications.messagesOf(id),
  });
  const campaigns = memoryCampaigns();
  const figures = memoryFigures(now);
  const orders = memoryOrders(shelf, figures, (id) => communications.messagesOf(id));
  const communications = memoryCommunications(shelf, { campaigns, figures }, now);
  const nouns: SyncNouns = {
    customers: {
      ...customers,
      erase: (id, stamp) => {
        communications.forgetPerson(id, stamp);
        orders.shelf.leave(id, stamp);
        return customers.erase(id, stamp);
      },
    },
    suppressions: memorySuppressions(),
    erasures: memoryErasures(),
    orders: orders.port,
    segments: memorySegments(),
    campaigns,
    communications: communications.port,
    claims: memoryClaims(shelf, communications.shelf, now),
    batches: memoryBatches(now),
    maps: memoryMaps(),
    heartbeats: memoryHeartbeats(now),
    figures,
    clock: memoryClock(now),
    settings: memorySettings(),
    leases: memoryLeases(now),
    rates: memoryRates(now),
    outcomes: memoryOutcomes(),
    idempotency: memoryIdempotency(now),
  };
  return { open: () => openStore(nouns) };
}

/** A store of its own in memory: the reference implementation, for tests and for trying things out. Not durable. */
export function memoryStore(options: MemoryStoreOptions = {}): Store {
  return createMemoryDatabase(options).open();
}

type SyncNouns = { readonly [N in keyof Nouns]: Sync<Nouns[N]> };

function openStore(nouns: SyncNouns): Store {
  const gate = { closed: false };
  const ports = Object.entries(nouns).map(([noun, sync]) => [noun, asyncPort<object>(sync, gate)]);
  const { info } = asyncPort<Pick<Store, "info">>(
    {
      info: () => ({
        name: "memory",
        version: "1",
        durable: false,
        warnings: ["Data is held in memory and ends with the process."],
      }),
    },
    gate,
  );
  return {
    ...(Object.fromEntries(ports) as Nouns),
    info,
    close: async () => {
      gate.closed = true;
    },
  };
}
