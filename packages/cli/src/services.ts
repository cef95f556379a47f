import { type Config, ConfigError, composeEngine } from "@crm-engine/adapters/container";
import type { Engine, Logger } from "@crm-engine/core";
import { createApp, serve } from "@crm-engine/http";
import { createWorker } from "@crm-engine/worker";
import type { Service } from "./run-service.js";

export interface ServiceParts {
  readonly config: Config;
  readonly logger: Logger;
}

/** Which of the two this process runs; on one engine. */
export interface Roles {
  readonly serve: boolean;
  readonly work: boolean;
}

export interface RunningService extends Service {
  /** Where the API answers, if it is served. */
  readonly url: string | undefined;
}

/** Opens the engine and what runs on it. Closing goes backwards: no new requests, then no new work, then the engine. */
export async function openService({ config, logger }: ServiceParts, roles: Roles): Promise<RunningService> {
  const engine = await composeEngine(config);
  const opened: Service[] = [engine];
  const close = async (): Promise<void> => {
    for (let part = opened.pop(); part !== undefined; part = opened.pop()) await part.close();
  };
  try {
    await warn(engine, logger);
    if (roles.work) {
      const { batchSize, batchWaitMs } = config;
      const worker = createWorker(engine, { batchSize, batchWaitMs, logger });
      opened.push(worker);
      await worker.start();
    }
    if (!roles.serve) return { url: undefined, close };
    const { host, port, apiKey, maxJsonBytes, maxRowBytes, maxStreamBytes } = config;
    const app = createApp(engine, {
      maxJsonBytes,
      maxRowBytes,
      maxStreamBytes,
      logger,
      ...(apiKey === undefined ? {} : { apiKey }),
    });
    const server = await serve(app, { host, port });
    opened.push(server);
    return { url: server.url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A process that shares its work with others needs a store and a queue that they can reach. */
export function requireShared({ storeUrl, queueUrl }: Config): void {
  for (const [name, url] of [
    ["STORE_URL", storeUrl],
    ["QUEUE_URL", queueUrl],
  ] as const) {
    if (url === "memory:") {
      throw new ConfigError(
        `${name} is "memory:", which other processes can't reach: for crm serve and crm worker it may be sqlite:PATH (or run both in one process: crm start)`,
      );
    }
  }
}

/** Connects, and passes on what the store and the queue have to say about their durability. */
async function warn(engine: Engine, logger: Logger): Promise<void> {
  const { store, queue } = await engine.ready();
  logger.info({ store: `${store.name} ${store.version}`, queue: `${queue.name} ${queue.version}` }, "connected");
  for (const warning of new Set([...store.warnings, ...queue.warnings])) logger.warn({}, warning);
}
