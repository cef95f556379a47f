import { type AppOptions, serve } from "@crm-engine/http";
import { onTestFinished } from "vitest";
import { type RunningApp, runningApp } from "../../http/src/running-app.fixture.js";
import type { RemoteClient } from "./client.js";
import type { Fetch } from "./connection/connection.js";
import { type ClientOptions, createClient } from "./create-client.js";

export interface ServedApp extends RunningApp {
  readonly url: string;
  readonly client: RemoteClient;
  /** What went over the wire, in order. */
  readonly requests: readonly SentRequest[];
}

interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
}

/** An engine in memory behind a real socket, a worker, and a client of it; all of it ends with the test. */
export async function servedApp(
  options: AppOptions & { readonly working?: boolean; readonly client?: Partial<ClientOptions> } = {},
): Promise<ServedApp> {
  const { client: clientOptions, ...appOptions } = options;
  const running = await runningApp(appOptions);
  const server = await serve(running.app, { port: 0 });
  const requests: SentRequest[] = [];
  const { fetch = globalThis.fetch as Fetch } = clientOptions ?? {};
  const recorded: Fetch = (url, init) => {
    requests.push({ method: init.method ?? "GET", path: new URL(url).pathname, headers: new Headers(init.headers) });
    return fetch(url, init);
  };
  const client = createClient({ url: server.url, ...clientOptions, fetch: recorded });
  onTestFinished(async () => {
    await client.close();
    await server.close();
    await running.close();
  });
  return { ...running, url: server.url, client, requests };
}
