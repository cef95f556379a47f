import type { RemoteClient } from "../client.js";
import { path } from "../connection/address.js";
import type { Connection } from "../connection/connection.js";
import { ifMatch } from "../connection/if-match.js";

export function mapsOf({ json }: Connection): RemoteClient["maps"] {
  return {
    get: (name) => json({ method: "GET", path: path`/api/imports/maps/${name}` }),
    list: (page) => json({ method: "GET", path: "/api/imports/maps", query: { ...page } }),
    put: (name, input, options) =>
      json({ method: "PUT", path: path`/api/imports/maps/${name}`, json: input, ...ifMatch(options) }),
    delete: (name, options) => json({ method: "DELETE", path: path`/api/imports/maps/${name}`, ...ifMatch(options) }),
    presets: () => json({ method: "GET", path: "/api/imports/presets" }),
  };
}
