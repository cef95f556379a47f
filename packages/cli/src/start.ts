import { type Config, composeEngine, loadConfig, shownValue } from "@crm-engine/adapters/container";
import { createLogger, type WebConsole } from "@crm-engine/http";
import { builtConsole } from "./built-console.js";
import { runService } from "./run-service.js";
import { type Compose, openService } from "./services.js";

/** A console that is made while the API runs already. */
export interface ConsoleBuilder extends WebConsole {
  /** Begins, once; settles when the console is built or won't be, and never rejects. `say` is for one who looks at the terminal. */
  begin(say: (line: string) => void): Promise<void>;
  /** Ends what is under way. Idempotent. */
  close(): Promise<void>;
}

export interface StartOptions {
  readonly compose?: Compose;
  /** Unused with `CONSOLE=off`. */
  readonly console?: ConsoleBuilder;
  /** A built console, which is served whatever else is given. */
  readonly consoleFolder?: string;
}

/** `crm start`: API and worker in one process, with no server of any other kind. */
export async function startCommand(options: StartOptions = {}): Promise<void> {
  const { compose = composeEngine } = options;
  const config = loadConfig(process.env);
  const logger = createLogger(config.logLevel);
  if (config.queueUrl === "memory:" && config.storeUrl !== "memory:") {
    logger.warn({}, "QUEUE_URL is memory: what is queued is lost when this process ends, though the store is durable");
  }
  const built = options.consoleFolder === undefined ? undefined : await builtConsole(options.consoleFolder);
  const builder = built === undefined && config.console === "on" ? options.console : undefined;
  const webConsole = built ?? builder;
  await runService(async () => {
    const service = await openService({ config, logger, compose, webConsole }, { serve: true, work: true });
    process.stdout.write(greeting(service.url ?? "", config, (webConsole?.state().status ?? "absent") !== "absent"));
    void builder?.begin((line) => void process.stdout.write(`${line}\n`));
    return { close: async () => void (await Promise.all([builder?.close(), service.close()])) };
  }, logger);
}

/** What stands two spaces in works when it is pasted line by line: a worker needs a moment for what was accepted. */
function greeting(url: string, { apiKey, storeUrl, senderUrl }: Config, hasConsole: boolean): string {
  const key = apiKey === undefined ? "" : ' -H "Authorization: Bearer $API_KEY"';
  const askKey = apiKey === undefined ? "" : "  read -rs API_KEY; export API_KEY    # the key that the server was started with\n";
  const vendor = senderUrl.startsWith("simulated:") ? "simulated: nobody is written to" : "SENDER_URL";
  return `
CRM engine on ${url}   (store ${shownValue(storeUrl)}; sender ${vendor}; API documentation ${url}/docs)
${hasConsole ? `Web console on ${url}/\n` : ""}
Next, in another terminal, add a customer, look at her, and see that all is well:

${askKey}  curl -s${key} -H 'Content-Type: application/json' ${url}/api/customers \\
    -d '{"id":"ada","email":"ada@example.com","name":"Ada"}'; echo
  sleep 1; curl -s${key} ${url}/api/customers/ada; echo
  curl -s${key} ${url}/api/findings; echo

`;
}
