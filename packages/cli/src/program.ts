import { readFileSync } from "node:fs";
import type { BatchKind, Topic } from "@crm-engine/core";
import { BATCH_KINDS, TOPICS } from "@crm-engine/core/schemas";
import { PRESETS } from "@crm-engine/files";
import { Argument, Command, Option } from "commander";
import { type ImportCommandOptions, importCommand } from "./import/import-command.js";
import { discardDeadLetters, listDeadLetters, replayDeadLetters } from "./operations/dead-letters.js";
import { doctorCommand } from "./operations/doctor.js";
import { recountCommand } from "./operations/recount.js";
import { serveCommand } from "./serve.js";
import { startCommand } from "./start.js";
import { workerCommand } from "./worker.js";

/** The `crm` command. Everything else is configured by environment variables. */
export function createProgram(): Command {
  const program = new Command("crm")
    .description("A headless CRM and campaign engine. Settings come from the environment: STORE_URL, QUEUE_URL, PORT …")
    .version(version());
  program
    .command("start")
    .description("API and worker in one process")
    .addOption(consoleOption())
    .action(({ console }: ConsoleOption) => startCommand(console === undefined ? {} : { consoleFolder: console }));
  program
    .command("serve")
    .description("the API; workers run apart")
    .addOption(consoleOption())
    .action(({ console }: ConsoleOption) => serveCommand(console === undefined ? {} : { consoleFolder: console }));
  program
    .command("worker")
    .description("a worker; any number of them share the work")
    .action(() => workerCommand());
  program
    .command("import")
    .description("import a CSV or NDJSON file (.gz too) and wait until every row is applied or rejected")
    .addArgument(new Argument("<kind>", "what its rows are").choices(BATCH_KINDS))
    .argument("<file>")
    .option("--map <map>", `from columns to fields: a .json file, a stored map, or ${PRESETS.map(({ name }) => name).join(", ")}`)
    .option(
      "--encoding <name>",
      "what the file is written in, such as windows-1252 or iso-8859-15; UTF-8 if absent, or what its mark says",
    )
    .option("--errors <file>", "write rejected rows to this file, as CSV: row,line,path,message")
    .addOption(new Option("--dry-run", "say what the import would do, and write nothing").conflicts("errors"))
    .option("--fail-on-rejects", "exit with 1 where a row was rejected, or would be")
    .option("--url <url>", "post to this server instead of importing in this process")
    .option("--api-key-env <name>", "the environment variable that holds the server's API key", "API_KEY")
    .action((kind: BatchKind, file: string, options: ImportCommandOptions) => importCommand(kind, file, options));
  addOperations(program);
  return program;
}

interface ConsoleOption {
  readonly console?: string;
}

function consoleOption(): Option {
  return new Option("--console <dir>", "serve the built web console in this folder at /");
}

function addOperations(program: Command): void {
  const deadLetters = program.command("dead-letters").description("messages that were refused for good");
  const topic = () => new Option("--topic <topic>", "only of this topic").choices(TOPICS);
  deadLetters
    .command("list")
    .description("oldest first, with the reason of each")
    .addOption(topic())
    .option("--json", "whole, as NDJSON: bodies may hold personal data")
    .action((options: { readonly topic?: Topic; readonly json?: boolean }) => listDeadLetters(options));
  deadLetters
    .command("replay")
    .description("put some, or all of a topic, back into their queues")
    .argument("[ids...]")
    .addOption(topic())
    .action((ids: readonly string[], options: { readonly topic?: Topic }) => replayDeadLetters(ids, options));
  deadLetters
    .command("discard")
    .description("take some away for good: a part of an upload is then never applied")
    .argument("<ids...>")
    .option("--reason <text>", "why, for the log")
    .action((ids: readonly string[], options: { readonly reason?: string }) => discardDeadLetters(ids, options));
  program.command("recount").description("check every customer's totals against the stored orders").action(recountCommand);
  program.command("doctor").description("what is configured, whether it answers, and what waits for you").action(doctorCommand);
}

function version(): string {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    readonly version: string;
  };
  return version;
}
