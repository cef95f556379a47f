import { type Container, SERVERS, type ServerName, serverImage, startContainer } from "@crm-engine/servers";
import { inject } from "vitest";
import type { Need } from "./service-needs.js";

/**
 * The options of a suite that needs these: `describe("…", needs("redis"), () => …)`. It is skipped, with the reason, where one is
 * not to be had. The run's set-up starts what it finds named so, literally, in an `*.int.test.ts`.
 */
export function needs(...names: readonly Need[]): { readonly skip: boolean; readonly meta: { readonly skipReason?: string } } {
  const reasons = names.flatMap((name) => {
    const met = inject("services")[name] ?? { missing: `needs("${name}") is written in no *.int.test.ts of this run` };
    return "missing" in met ? [met.missing] : [];
  });
  return reasons.length === 0 ? { skip: false, meta: {} } : { skip: true, meta: { skipReason: reasons.join("; ") } };
}

/** Where the server is that the run uses; empty where a suite that needs it is skipped. */
export function serviceUrl(name: ServerName): string {
  return process.env[SERVERS[name].urlVariable] ?? "";
}

/** A server in a container of the test's own, to be ill-treated; with the image's own command, unless another is given. */
export function startOwn(name: ServerName, command: readonly string[] = []): Promise<Container> {
  return startContainer({ image: serverImage(name, process.env), port: SERVERS[name].port, command });
}
