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

/** What stands two spaces in works when it is pasted line by line: a worker needs a moment for what was accepted. */
function greeting(url: string, { apiKey, storeUrl, senderUrl }: Config): string {
  const key = apiKey === undefined ? "" : ' -H "Authorization: Bearer $API_KEY"';
  const askKey = apiKey === undefined ? "" : "  read -rs API_KEY; export API_KEY    # the key that the server was started with\n";
  const vendor = senderUrl.startsWith("simulated:") ? "simulated: nobody is written to" : "SENDER_URL";
  return `
CRM engine on ${url}   (store ${shownValue(storeUrl)}; sender ${vendor}; API documentation ${url}/docs)

Next, in another terminal, add a customer, look at her, and see that all is well:

${askKey}  curl -s${key} -H 'Content-Type: application/json' ${url}/api/customers \\
    -d '{"id":"ada","email":"ada@example.com","name":"Ada"}'; echo
  sleep 1; curl -s${key} ${url}/api/customers/ada; echo
  curl -s${key} ${url}/api/findings; echo

`;
}
