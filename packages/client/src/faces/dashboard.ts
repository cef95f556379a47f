import type { Client, RemoteClient } from "../client.js";
import type { Connection } from "../connection/connection.js";

export function dashboardOf({ json }: Connection): Client["dashboard"] {
  return ({ days } = {}) => json({ method: "GET", path: "/api/dashboard", query: { days } });
}

export function downloadsOf({ json }: Connection): RemoteClient["downloads"] {
  return {
    linkTo: async (path) =>
      (await json<{ readonly url: string }>({ method: "POST", path: "/api/downloads", json: { path } })).url,
  };
}
