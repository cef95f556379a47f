import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "@crm-engine/core";
import { CommandError, EXIT } from "./exit.js";

export interface Service {
  /** Stops intake, finishes what is in hand and closes what was opened. */
  close(): Promise<void>;
}

/** Room to be gone within 10 s. */
const DRAIN_MS = 9_500;
const ORPHAN_CHECK_MS = 250;

/**
 * Runs a service until SIGTERM or SIGINT, then drains it within 10 s. A second signal ends the process at once: nothing
 * is lost by it, since work that was not finished is done again by the next process. Under npm and npx the end of the
 * parent counts as a signal: their shell dies of one without passing it on.
 */
export async function runService(open: () => Promise<Service>, logger: Logger): Promise<void> {
  const stop = firstSignal();
  const service = await open();
  logger.info({ signal: await stop }, "draining");
  const drained = service.close().then(() => true);
  if (!(await Promise.race([drained, sleep(DRAIN_MS, false, { ref: false })]))) {
    throw new CommandError(`draining took longer than ${DRAIN_MS / 1000} s; what was in hand will be done again`);
  }
  logger.info({}, "stopped");
}

function firstSignal(): Promise<NodeJS.Signals | "parent ended"> {
  return new Promise((resolve) => {
    if (process.env.npm_command !== undefined) whenOrphaned(() => resolve("parent ended"));
    let signalled = false;
    const onSignal = (signal: NodeJS.Signals): void => {
      if (signalled) process.exit(EXIT.interrupted);
      signalled = true;
      resolve(signal);
    };
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, onSignal);
  });
}

function whenOrphaned(then: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    then();
  }, ORPHAN_CHECK_MS);
  timer.unref();
}
