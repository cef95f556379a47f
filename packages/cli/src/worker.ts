import { composeEngine, loadConfig } from "@crm-engine/adapters/container";
import { createLogger } from "@crm-engine/http";
import { runService } from "./run-service.js";
import { type Compose, openService, requireShared } from "./services.js";

/** `crm worker`: one of any number. */
export async function workerCommand({ compose = composeEngine }: { readonly compose?: Compose } = {}): Promise<void> {
  const config = loadConfig(process.env);
  requireShared(config);
  const logger = createLogger(config.logLevel);
  await runService(async () => {
    const service = await openService({ config, logger, compose }, { serve: false, work: true });
    process.stdout.write("crm worker: working\n");
    return service;
  }, logger);
}
