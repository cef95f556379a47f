import type { Client } from "../client.js";
import type { Connection } from "../connection/connection.js";

type Health = Client["health"];
interface Listed<M extends "workers" | "findings"> {
  readonly items: Awaited<ReturnType<Health[M]>>;
}

export function healthOf({ json }: Connection): Health {
  return {
    workers: async () => (await json<Listed<"workers">>({ method: "GET", path: "/api/workers" })).items,
    vendor: () => json({ method: "GET", path: "/api/vendor" }),
    findings: async () => (await json<Listed<"findings">>({ method: "GET", path: "/api/findings" })).items,
  };
}

/** A server that is not ready says so at once. */
export async function readyOf({ json }: Connection): ReturnType<Client["ready"]> {
  const { store, queue } = await json<Awaited<ReturnType<Client["ready"]>>>({ method: "GET", path: "/readyz", once: true });
  return { store, queue };
}
