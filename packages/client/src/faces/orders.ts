import type { RemoteClient } from "../client.js";
import { path } from "../connection/address.js";
import type { Connection } from "../connection/connection.js";
import { download } from "../live/download.js";

export function ordersOf(connection: Connection): RemoteClient["orders"] {
  const { json } = connection;
  return {
    get: (id) => json({ method: "GET", path: path`/api/orders/${id}` }),
    list: (query, page) => json({ method: "GET", path: "/api/orders", query: { ...query, ...page } }),
    totals: (query, { signal } = {}) => json({ method: "GET", path: "/api/orders/totals", query: { ...query }, signal }),
    analytics: (query) => json({ method: "GET", path: "/api/orders/analytics", query: { ...query } }),
    csv: (query, { signal } = {}) =>
      download(connection, { method: "GET", path: "/api/orders.csv", query: { ...query }, signal }),
  };
}
