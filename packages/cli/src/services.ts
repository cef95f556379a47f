import { setTimeout as sleep } from "node:timers/promises";
import { type Config, ConfigError, linksOf } from "@crm-engine/adapters/container";
import { type Engine, hasCode, type Logger } from "@crm-engine/core";
import { createApp, type RunningServer, serve, type WebConsole } from "@crm-engine/http";
import { createWorker, startPresence } from "@crm-engine/worker";
import type { Service } from "./run-service.js";

/** Makes the engine that a configuration names. */
export type Compose = (config: Config, logger: Logger) => Promise<Engine>;

export interface ServiceParts {
  readonly config: Config;
  readonly logger: Logger;
  readonly compose: Compose;
  /** What is served at `/`. */
  readonly webConsole?: WebConsole | undefined;
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

/** Short enough that a signal meanwhile still ends the process within 10 s. */
const PATIENCE_MS = 6_000;
const TRY_AGAIN_MS = 300;

/** Opens the engine and what runs on it. Closing stops requests and work together, each bounded, and then the engine. */
export async function openService({ config, logger, compose, webConsole }: ServiceParts, roles: Roles): Promise<RunningService> {
  const engine = await compose(config, logger);
  const running: Service[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(running.map((part) => part.close()));
    await engine.close();
  };
  try {
    await warn(engine, logger);
    const server = roles.serve ? await openServer(engine, { config, logger, webConsole }) : undefined;
    if (server) running.push(server, await startPresence(engine, { role: "api" }));
    if (roles.work) {
      const { batchSize, batchWaitMs } = config;
      const worker = createWorker(engine, { batchSize, batchWaitMs, logger });
      running.push(worker);
      await worker.start();
    }
    return { url: server?.url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function openServer(engine: Engine, { config, logger, webConsole }: Omit<ServiceParts, "compose">): Promise<RunningServer> {
  const { host, port, apiKey, corsOrigins, webhookSecret, maxJsonBytes, maxRowBytes, maxStreamBytes } = config;
  const links = linksOf(config);
  if (corsOrigins && apiKey === undefined) logger.warn({}, "CORS_ORIGINS changes nothing without an API_KEY");
  const app = createApp(engine, {
    maxJsonBytes,
    maxRowBytes,
    maxStreamBytes,
    logger,
    ...(webConsole === undefined ? {} : { console: webConsole }),
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(corsOrigins === undefined ? {} : { corsOrigins }),
    ...(webhookSecret === undefined ? {} : { webhookSecret }),
    ...(links === undefined ? {} : { messageIdOf: links.messageIdOf }),
  });
  return serve(app, { host, port });
}

/** A process that shares its work with others needs a store and a queue that they can reach. */
export function requireShared({ storeUrl, queueUrl }: Config): void {
  for (const [name, url] of [
    ["STORE_URL", storeUrl],
    ["QUEUE_URL", queueUrl],
  ] as const) {
    if (url === "memory:") {
      throw new ConfigError(
        `${name} is "memory:", which other processes can't reach: for crm serve and crm worker it may be ${name === "STORE_URL" ? "sqlite:PATH or mongodb://…" : "sqlite:PATH, redis://… or amqp://…"} (or run both in one process: crm start)`,
      );
    }
  }
}

/** Passes on what the store and the queue have to say about their durability, and why they take no writes now. */
async function warn(engine: Engine, logger: Logger): Promise<void> {
  const { store, queue } = await whenReady(engine, logger);
  logger.info({ store: `${store.name} ${store.version}`, queue: `${queue.name} ${queue.version}` }, "connected");
  const refusals = [store.refusesWrites, queue.refusesWrites].filter((reason) => reason !== undefined);
  for (const warning of new Set([...refusals, ...store.warnings, ...queue.warnings])) logger.warn({}, warning);
}

/** Connects. A server that comes up together with this process, or is very busy, is waited for. */
async function whenReady(engine: Engine, logger: Logger): ReturnType<Engine["ready"]> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await engine.ready();
    } catch (error) {
      if (!hasCode(error, "unavailable") || Date.now() >= giveUpAt) throw error;
      logger.warn({ err: error }, "a server does not answer yet; trying again");
      await sleep(TRY_AGAIN_MS);
    }
  }
}
