import type { Page } from "@crm-engine/core";
import type { Client } from "../client.js";
import type { Connection } from "../connection/connection.js";

type Suppressions = Client["suppressions"];
type Suppression = Awaited<ReturnType<Suppressions["find"]>>[number];

const path = "/api/suppressions";

export function suppressionsOf({ json }: Connection): Suppressions {
  return {
    list: ({ channel }, page) => json({ method: "GET", path, query: { channel, ...page } }),
    find: async (address, { channel } = {}) =>
      (await json<Page<Suppression>>({ method: "GET", path, query: { address, channel } })).items,
    suppress: async (decision) => void (await json({ method: "POST", path, json: decision })),
    lift: async (decision) => void (await json({ method: "DELETE", path, json: decision })),
  };
}
