import type { RemoteClient } from "../client.js";
import { path } from "../connection/address.js";
import type { Connection } from "../connection/connection.js";
import { newKey } from "../connection/idempotency-key.js";
import { ifMatch } from "../connection/if-match.js";
import { download } from "../live/download.js";

export function segmentsOf(connection: Connection): RemoteClient["segments"] {
  const { json } = connection;
  return {
    create: (input) => json({ method: "POST", path: "/api/segments", json: input, key: newKey() }),
    get: (id) => json({ method: "GET", path: path`/api/segments/${id}` }),
    list: (page) => json({ method: "GET", path: "/api/segments", query: { ...page } }),
    update: (id, input, options) => json({ method: "PUT", path: path`/api/segments/${id}`, json: input, ...ifMatch(options) }),
    delete: (id, options) => json({ method: "DELETE", path: path`/api/segments/${id}`, ...ifMatch(options) }),
    estimate: (request, { signal } = {}) => json({ method: "POST", path: "/api/segments/estimate", json: request, signal }),
    analytics: (id, query, { signal } = {}) =>
      json({ method: "GET", path: path`/api/segments/${id}/analytics`, query: { ...query }, signal }),
    members: (id, page, { asOf } = {}) =>
      json({ method: "GET", path: path`/api/segments/${id}/customers`, query: { asOf, ...page } }),
    explain: (request) => json({ method: "POST", path: "/api/segments/explain", json: request }),
    fields: () => json({ method: "GET", path: "/api/segments/fields" }),
    membersCsv: (id, { asOf, signal } = {}) =>
      download(connection, { method: "GET", path: path`/api/segments/${id}/customers.csv`, query: { asOf }, signal }),
  };
}
