import { composeEngine, loadConfig } from "@crm-engine/adapters/container";
import { createLogger } from "@crm-engine/http";
import { runService } from "./run-service.js";
import { type Compose, openService, requireShared } from "./services.js";

/** `crm serve`: the API alone. */
export async function serveCommand(compose: Compose = composeEngine): Promise<void> {
  const config = loadConfig(process.env);
  requireShared(config);
  const logger = createLogger(config.logLevel);
  await runService(async () => {
    const service = await openService({ config, logger, compose }, { serve: true, work: false });
    process.stdout.write(`crm serve: listening on ${service.url}\n`);
    return service;
  }, logger);
}
