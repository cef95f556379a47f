import type { Client, RemoteClient } from "../client.js";
import { path } from "../connection/address.js";
import type { Connection } from "../connection/connection.js";
import { download } from "../live/download.js";

export function customersOf(connection: Connection): RemoteClient["customers"] {
  const { json } = connection;
  return {
    get: (id) => json({ method: "GET", path: path`/api/customers/${id}` }),
    list: (page) => json({ method: "GET", path: "/api/customers", query: { ...page } }),
    find: (address, page) => json({ method: "GET", path: "/api/customers", query: { ...address, ...page } }),
    search: (text, page) => json({ method: "GET", path: "/api/customers", query: { search: text, ...page } }),
    timeline: (id, page, { kinds } = {}) =>
      json({ method: "GET", path: path`/api/customers/${id}/timeline`, query: { kinds: kinds?.join(","), ...page } }),
    contactable: (id, channel) => json({ method: "GET", path: path`/api/customers/${id}/contactable`, query: { channel } }),
    erase: async (id) => {
      const begun = await json<(BegunErasure & { readonly statusUrl: string }) | undefined>({
        method: "DELETE",
        path: path`/api/customers/${id}`,
      });
      if (begun === undefined) return undefined;
      const { statusUrl: _, ...erasure } = begun;
      return erasure;
    },
    erasure: (id) => json({ method: "GET", path: path`/api/erasures/${id}` }),
    csv: ({ signal } = {}) => download(connection, { method: "GET", path: "/api/customers.csv", signal }),
  };
}

type BegunErasure = NonNullable<Awaited<ReturnType<Client["customers"]["erase"]>>>;
