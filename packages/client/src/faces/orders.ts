import type { Client } from "../client.js";
import { path } from "../connection/address.js";
import type { Connection } from "../connection/connection.js";

export function ordersOf({ json }: Connection): Client["orders"] {
  return {
    get: (id) => json({ method: "GET", path: path`/api/orders/${id}` }),
    list: (query, page) => json({ method: "GET", path: "/api/orders", query: { ...query, ...page } }),
    totals: (query, { signal } = {}) => json({ method: "GET", path: "/api/orders/totals", query: { ...query }, signal }),
  };
}
