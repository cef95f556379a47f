import type { QueueDepth } from "@crm-engine/core";
import type { Client } from "../client.js";
import type { Connection } from "../connection/connection.js";

export function queuesOf({ json }: Connection): Client["queues"] {
  return {
    depths: async () => (await json<{ readonly items: readonly QueueDepth[] }>({ method: "GET", path: "/api/queues" })).items,
    deadLetters: ({ topic }, page) => json({ method: "GET", path: "/api/dead-letters", query: { topic, ...page } }),
    replay: async (which) =>
      (await json<{ readonly replayed: number }>({ method: "POST", path: "/api/dead-letters/replay", json: which })).replayed,
    discard: async (letters) =>
      (await json<{ readonly discarded: number }>({ method: "POST", path: "/api/dead-letters/discard", json: letters }))
        .discarded,
  };
}
