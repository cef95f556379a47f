import { type Container, createServers, type Missing } from "@crm-engine/servers";
import type { Pairing } from "./pairings.js";

/** What an experiment runs on: URLs, of which those of SQLite want a file. */
export interface Place {
  readonly storeUrl: (file: string) => string;
  readonly queueUrl: (file: string) => string;
  /** The broker's container, where it is ours. */
  readonly broker?: Container;
}

export interface Places {
  /** On the servers of a pairing, started when first asked for; or why there are none. */
  at(pairing: Pairing, options: { readonly ownBroker: boolean }): Promise<Place | Missing>;
  /** Removes every container. */
  stop(): Promise<void>;
}

/** One server of a kind serves the whole run: every experiment has a namespace of its own. */
export function createPlaces(env: Readonly<Record<string, string | undefined>>): Places {
  // A Redis of ours is killed, and what it acknowledged must be there.
  const servers = createServers(env, { redis: ["--appendfsync", "always"] });
  return {
    at: async (pairing, { ownBroker }) => {
      if (pairing === "sqlite") return { storeUrl: (file) => `sqlite:${file}`, queueUrl: (file) => `sqlite:${file}` };
      const [store, broker] = await Promise.all([servers.open("mongo"), servers.open(pairing, { own: ownBroker })]);
      if ("missing" in store) return store;
      if ("missing" in broker) return broker;
      return {
        storeUrl: () => store.url,
        queueUrl: () => broker.url,
        ...(broker.container === undefined ? {} : { broker: broker.container }),
      };
    },
    stop: () => servers.stop(),
  };
}
