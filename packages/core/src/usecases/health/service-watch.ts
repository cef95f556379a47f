import { hasCode } from "../../errors.js";
import type { Logger } from "../../ports/runtime.js";
import { publicReason } from "../sender/public-reason.js";

/** Follows whether a store or a queue answers this process. */
export interface ServiceWatch {
  /** Runs a call, and notes what became of it. */
  call<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** What is no call: that it did not answer under this name, or answers again. */
  failed(name: string, error: unknown): void;
  recovered(name: string): void;
}

/** What every process writes every few seconds, whatever else it does. */
const BEAT = "heartbeats.beat";

interface Outage {
  readonly since: number;
  /** The calls that failed: one of them that goes through ends it. */
  readonly calls: Set<string>;
  failures: number;
  /** How many there were at the last heartbeat that went through. */
  failuresAtBeat?: number;
}

/**
 * Logs the first failure of an outage, and its end with how many there were: one line each, however many calls fail. An outage of
 * writes alone, as of a full disk, lasts until a write goes through: one of those that failed, or, since these may never be made again, two
 * heartbeats with no failure between them. At `debug`, each call is a line.
 */
export function serviceWatch(service: "store" | "queue", logger: Logger, elapsed: () => number): ServiceWatch {
  let outage: Outage | undefined;
  const failed = (name: string, error: unknown): void => {
    if (!hasCode(error, "unavailable")) return;
    if (!outage) logger.warn({ service, call: name, error: publicReason(error) }, `the ${service} does not answer`);
    outage ??= { since: elapsed(), calls: new Set(), failures: 0 };
    outage.calls.add(name);
    outage.failures += 1;
  };
  const recovered = (name: string): void => {
    if (!outage) return;
    const { since, failures, failuresAtBeat } = outage;
    if (name === BEAT) outage.failuresAtBeat = failures;
    if (!outage.calls.has(name) && !(name === BEAT && failures === failuresAtBeat)) return;
    outage = undefined;
    logger.info({ service, awayMs: Math.round(elapsed() - since), failures }, `the ${service} answers again`);
  };
  return {
    failed,
    recovered,
    call: async (name, work) => {
      const began = elapsed();
      const told = (outcome: object): void =>
        logger.debug({ service, call: name, tookMs: Math.round(elapsed() - began), ...outcome }, "call");
      try {
        const result = await work();
        recovered(name);
        told({});
        return result;
      } catch (error) {
        failed(name, error);
        told({ error: publicReason(error) });
        throw error;
      }
    },
  };
}
