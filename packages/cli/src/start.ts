import { type Config, composeEngine, loadConfig, shownValue } from "@crm-engine/adapters/container";
import { createLogger } from "@crm-engine/http";
import { runService } from "./run-service.js";
import { type Compose, openService } from "./services.js";

/** `crm start`: API and worker in one process, with no server of any other kind. */
export async function startCommand(compose: Compose = composeEngine): Promise<void> {
  const config = loadConfig(process.env);
  const logger = createLogger(config.logLevel);
  if (config.queueUrl === "memory:" && config.storeUrl !== "memory:") {
    logger.warn({}, "QUEUE_URL is memory: what is queued is lost when this process ends, though the store is durable");
  }
  await runService(async () => {
    const service = await openService({ config, logger, compose }, { serve: true, work: true });
    process.stdout.write(greeting(service.url ?? "", config));
    return service;
  }, logger);
}

function greeting(url: string, { apiKey, storeUrl, senderUrl }: Config): string {
  const key = apiKey === undefined ? "" : ' -H "Authorization: Bearer $API_KEY"';
  const vendor = senderUrl.startsWith("simulated:") ? "simulated: nobody is written to" : "SENDER_URL";
  return `
CRM engine on ${url}   (store ${shownValue(storeUrl)}; sender ${vendor}; API documentation ${url}/docs)

Next, in another terminal, add a customer and look at it:

  curl${key} -H 'Content-Type: application/json' ${url}/api/customers \\
    -d '{"id":"ada","email":"ada@example.com","name":"Ada"}'
  curl${key} ${url}/api/customers/ada

`;
}
