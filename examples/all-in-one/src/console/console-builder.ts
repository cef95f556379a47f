import { createWriteStream, existsSync } from "node:fs";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ConsoleBuilder } from "@crm-engine/cli";
import type { ConsoleState } from "@crm-engine/http";
import { type BuildLock, takeLock } from "./build-lock.js";
import { buildPaths, openBuilt, place } from "./built-folder.js";
import type { ConsoleSources } from "./console-sources.js";
import { type BuildResult, buildWithNpm } from "./npm-build.js";
import { hashOfSources } from "./sources.js";

const LOCK_POLL_MS = 250;

/**
 * Builds the console where there is none of these sources. Whoever else does meanwhile is waited for; what a killed build left is
 * cleared away. `onOutput` gets what the build says, which is in the log too.
 */
export function createConsoleBuilder(
  { folder, libraries }: ConsoleSources,
  options: { readonly onOutput?: (chunk: string) => void } = {},
): ConsoleBuilder {
  const paths = buildPaths(folder);
  const shownLog = relative(process.cwd(), paths.log);
  const stop = new AbortController();
  let state: ConsoleState = existsSync(join(folder, "package.json"))
    ? { status: "checking", since: new Date() }
    : { status: "absent", reason: `There is no web console in ${relative(process.cwd(), folder) || folder}.` };
  let running: Promise<void> | undefined;

  const fail = (reason: string, lastLines: readonly string[] = []): void => {
    state = { status: "failed", reason, lastLines, logFile: shownLog };
  };

  const run = async (say: (line: string) => void): Promise<void> => {
    if (state.status === "absent" || (await useBuilt(await sourcesNow()))) return;
    state = { status: "waiting", since: new Date() };
    const lock = await lockWhenFree(paths.lock, stop.signal);
    if (lock === undefined) return;
    try {
      // Another may have built it meanwhile, and somebody may have changed the sources.
      const hash = await sourcesNow();
      if (!(await useBuilt(hash))) await buildNow(hash, lock, say);
    } finally {
      lock.release();
    }
  };

  const sourcesNow = (): Promise<string> => hashOfSources(folder, libraries);

  const useBuilt = async (hash: string): Promise<boolean> => {
    const site = await openBuilt(paths, hash);
    if (site !== undefined) state = { status: "built", site };
    return site !== undefined;
  };

  const buildNow = async (hash: string, lock: BuildLock, say: (line: string) => void): Promise<void> => {
    const startedAt = Date.now();
    say(`The web console is being built at low priority; its log is ${shownLog}.`);
    // A log that can't be written (a full disk) is no reason to end the API.
    const log = createWriteStream(paths.log).on("error", () => undefined);
    const onOutput = (chunk: string): void => {
      log.write(chunk);
      options.onOutput?.(chunk);
    };
    const step = { folder, signal: stop.signal, onOutput, onStart: lock.works };
    const result = await buildWithNpm(step, (status) => {
      state = { status, since: new Date() };
    }).finally(() => log.end());
    if (result.status === "done") {
      state = { status: "built", site: await place(paths, hash) };
      say(`The web console is built, in ${Math.round((Date.now() - startedAt) / 1_000)} s.`);
    } else settle(result, say);
  };

  const settle = (result: Exclude<BuildResult, { readonly status: "done" }>, say: (line: string) => void): void => {
    if (result.status === "missing") {
      state = { status: "absent", reason: "The web console is not built, and npm, which would build it, is not installed." };
      say(state.reason);
    }
    if (result.status !== "failed") return;
    fail(`${result.command} ended with ${result.code}.`, result.lastLines);
    say(`The web console was not built: ${result.command} ended with ${result.code}; see ${shownLog}. The API works without it.`);
  };

  return {
    state: () => state,
    begin: (say) => {
      running ??= run(say).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        fail(reason);
        say(`The web console was not built: ${reason}`);
      });
      return running;
    },
    close: async () => {
      stop.abort();
      await running;
    },
  };
}

/** Undefined where the signal aborts first. */
async function lockWhenFree(file: string, signal: AbortSignal): Promise<BuildLock | undefined> {
  while (!signal.aborted) {
    const lock = takeLock(file);
    if (lock !== undefined) return lock;
    await sleep(LOCK_POLL_MS, undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}
