import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { CrmError } from "@crm-engine/core";
import { createAdaptorServer } from "@hono/node-server";
import type { HttpApp } from "./create-app.js";
import { isLoopbackHost } from "./middleware/access.js";

/** How long requests under way may take once the server is closing. */
const CLOSE_MS = 8_000;
/** A connection on which nothing moves for so long is closed; event streams send something more often. */
const IDLE_MS = 120_000;

export interface ServeOptions {
  /** 127.0.0.1 */
  readonly host?: string;
  /** 3000; 0 is any that is free. */
  readonly port?: number;
}

export interface RunningServer {
  readonly url: string;
  /** Takes no more requests, ends event streams, lets other requests finish for up to 8 s. Idempotent. */
  close(): Promise<void>;
}

/**
 * Serves an app over HTTP. Throws CrmError `invalid`, with `details.variable` (`HOST` or `PORT`), where it can't listen: the
 * port is in use, or the host is open to others while the app wants no key.
 */
export async function serve(app: HttpApp, options: ServeOptions = {}): Promise<RunningServer> {
  const { host = "127.0.0.1", port = 3000 } = options;
  if (!app.keyed && !isLoopbackHost(host)) {
    throw refused("HOST", `HOST is ${JSON.stringify(host)}: without an API_KEY it may be 127.0.0.1, ::1 or localhost only.`);
  }
  const closing = new AbortController();
  const server = createAdaptorServer({
    fetch: (request, env) => app.fetch(request, { ...env, closing: closing.signal }),
    hostname: host,
    // An upload may take longer than Node's five minutes; IDLE_MS ends the dead ones.
    serverOptions: { requestTimeout: 0 },
  }) as Server;
  server.setTimeout(IDLE_MS);
  await listen(server, host, port);
  const { port: listening } = server.address() as AddressInfo;
  let closed: Promise<void> | undefined;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${listening}`,
    close: () => {
      closing.abort();
      closed ??= closeServer(server);
      return closed;
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => reject(listenFault(cause, host, port)));
    server.listen(port, host, resolve);
  });
}

function listenFault(cause: NodeJS.ErrnoException, host: string, port: number): Error {
  if (cause.code === "EADDRINUSE")
    return refused("PORT", `PORT is ${port}: it is in use on ${host}; choose one that is free.`, cause);
  if (cause.code === "EACCES")
    return refused("PORT", `PORT is ${port}: this user may not listen on it; choose one above 1023.`, cause);
  if (cause.code === "EADDRNOTAVAIL" || cause.code === "ENOTFOUND") {
    return refused("HOST", `HOST is ${JSON.stringify(host)}: it is no address of this machine.`, cause);
  }
  return cause;
}

function refused(variable: "HOST" | "PORT", message: string, cause?: unknown): CrmError {
  return new CrmError("invalid", message, { cause, details: { variable } });
}

async function closeServer(server: Server): Promise<void> {
  const done = new Promise<void>((resolve) => server.close(() => resolve()));
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  const late = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
  await done;
  clearInterval(idle);
  clearTimeout(late);
}
