import type { Batch } from "@crm-engine/core";
import type { RemoteClient } from "../client.js";
import { path } from "../connection/address.js";
import type { Connection } from "../connection/connection.js";
import { download } from "../live/download.js";
import { follow } from "../live/follow.js";

export function batchesOf(connection: Connection): RemoteClient["batches"] {
  const { json } = connection;
  return {
    get: (id) => json({ method: "GET", path: path`/api/batches/${id}` }),
    list: ({ kind }, page) => json({ method: "GET", path: "/api/batches", query: { kind, ...page } }),
    completed: (id, options = {}) =>
      follow(
        connection,
        {
          events: path`/api/batches/${id}/events`,
          look: () => json<Batch>({ method: "GET", path: path`/api/batches/${id}`, signal: options.signal }),
          stateOf: async (data) => JSON.parse(data) as Batch,
          isOver: ({ status }) => status === "completed",
        },
        options,
      ),
    errorsCsv: (id, { signal } = {}) =>
      download(connection, { method: "GET", path: path`/api/batches/${id}/errors.csv`, signal }),
  };
}
