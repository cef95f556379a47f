import { composeEngine, loadConfig } from "@crm-engine/adapters/container";
import { createLogger } from "@crm-engine/http";
import { builtConsole } from "./built-console.js";
import { runService } from "./run-service.js";
import { type Compose, openService, requireShared } from "./services.js";

export interface ServeCommandOptions {
  readonly compose?: Compose;
  /** A built console. */
  readonly consoleFolder?: string;
}

/** `crm serve`: the API, and the console where one is given. */
export async function serveCommand({ compose = composeEngine, consoleFolder }: ServeCommandOptions = {}): Promise<void> {
  const config = loadConfig(process.env);
  requireShared(config);
  const logger = createLogger(config.logLevel);
  const webConsole = consoleFolder === undefined ? undefined : await builtConsole(consoleFolder);
  await runService(async () => {
    const service = await openService({ config, logger, compose, webConsole }, { serve: true, work: false });
    process.stdout.write(`crm serve: listening on ${service.url}\n`);
    return service;
  }, logger);
}
