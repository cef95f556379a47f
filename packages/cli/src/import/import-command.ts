import { writeFile } from "node:fs/promises";
import { type Config, ConfigError, loadConfig } from "@crm-engine/adapters/container";
import type { BatchKind } from "@crm-engine/core";
import { createLogger, type LogLevel } from "@crm-engine/http";
import { CommandError, EXIT } from "../exit.js";
import { interruptSignal } from "../interrupt.js";
import { runDryRun, runRemoteDryRun } from "./dry-run.js";
import { openImportFile } from "./import-file.js";
import { openLocalTarget } from "./local-target.js";
import { readMapOption } from "./map-option.js";
import { importProgress } from "./progress.js";
import { remoteTarget } from "./remote-target.js";
import { type Outcome, runImport } from "./run-import.js";

export interface ImportCommandOptions {
  readonly map?: string;
  readonly encoding?: string;
  readonly errors?: string;
  readonly dryRun?: true;
  readonly failOnRejects?: true;
  readonly url?: string;
  readonly apiKeyEnv: string;
}

/** `crm import`: prints the outcome on stdout, or with `--dry-run` what it would be. SIGINT and SIGTERM end it; what was queued by then is applied by the next worker. */
export async function importCommand(kind: BatchKind, path: string, options: ImportCommandOptions): Promise<void> {
  const config = loadConfig(process.env);
  const map = await readMapOption(kind, options.map);
  const file = await openImportFile(path, options.encoding);
  if (options.errors !== undefined) await startErrorsFile(options.errors);
  const interrupted = interruptSignal();
  if (options.dryRun) {
    const run = { kind, file, map, progress: importProgress(), signal: interrupted };
    const { url } = options;
    const report =
      url === undefined
        ? runDryRun({ ...run, config })
        : runRemoteDryRun({ ...run, url: serverUrl(url), apiKey: process.env[options.apiKeyEnv] });
    say(await report.catch((error: unknown) => throwInterrupted(error, interrupted)), options);
    return;
  }
  const target =
    options.url === undefined
      ? await openLocalTarget({ kind, map, config, logger: createLogger(quietly(config)) })
      : remoteTarget({ kind, map, url: serverUrl(options.url), apiKey: process.env[options.apiKeyEnv] });
  try {
    const outcome = await runImport({
      target,
      file,
      progress: importProgress(),
      errorsFile: options.errors,
      signal: interrupted,
    });
    say(outcome, options);
  } catch (error) {
    if (interrupted.aborted) process.exitCode = EXIT.interrupted;
    throw interrupted.aborted
      ? new CommandError("interrupted; what had been queued by then is applied by the next worker")
      : error;
  } finally {
    await target.close();
  }
}

/** Rejected rows are no failure of the command, unless it was told so. */
function say({ report, rejected }: Outcome, { failOnRejects }: ImportCommandOptions): void {
  process.stdout.write(`${report}\n`);
  if (failOnRejects && rejected > 0) process.exitCode = EXIT.failure;
}

function throwInterrupted(error: unknown, interrupted: AbortSignal): never {
  if (!interrupted.aborted) throw error;
  process.exitCode = EXIT.interrupted;
  throw new CommandError("interrupted; nothing was written");
}

/** A file that can't be written is better known before a long import than after it. */
async function startErrorsFile(path: string): Promise<void> {
  await writeFile(path, "").catch((error: unknown) => {
    throw new CommandError(`--errors ${path}: ${error instanceof Error ? error.message : String(error)}`);
  });
}

function serverUrl(text: string): string {
  if (!URL.canParse(text) || !["http:", "https:"].includes(new URL(text).protocol)) {
    throw new ConfigError(`--url is ${JSON.stringify(text)}; it may be http://HOST:PORT or https://HOST`);
  }
  return text;
}

/** Between the lines of a progress bar, only what went wrong is worth a line. */
function quietly({ logLevel }: Config): LogLevel {
  return logLevel === "info" ? "warn" : logLevel;
}
