import { setTimeout as sleep } from "node:timers/promises";
import { patiently } from "./patiently.js";

export interface UntilOptions {
  readonly timeoutMs: number;
  /** Between two questions; 50. */
  readonly everyMs?: number;
}

/** Asks until the answer is yes (anything but undefined or false), and returns it. Throws, saying what was awaited, at the time-out. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  { timeoutMs, everyMs = 50 }: UntilOptions,
): Promise<T> {
  for (const end = Date.now() + timeoutMs; ; ) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() >= end) throw new Error(`waited ${timeoutMs / 1000} s in vain until ${what}`);
    await sleep(everyMs);
  }
}

/** Waits until it is done, however long that takes, as long as the progress goes on: throws when it stood still for `stalledMs`. */
export async function whileProgressing(
  what: string,
  ask: () => Promise<{ readonly done: boolean; readonly progress: number }>,
  { stalledMs, everyMs = 100 }: { readonly stalledMs: number; readonly everyMs?: number },
): Promise<void> {
  let last = Number.NaN;
  let movedAt = Date.now();
  for (;;) {
    const { done, progress } = await patiently(ask);
    if (done) return;
    if (progress !== last) {
      last = progress;
      movedAt = Date.now();
    } else if (Date.now() - movedAt > stalledMs) {
      throw new Error(`nothing moved for ${stalledMs / 1000} s while waiting until ${what}; it stood at ${progress}`);
    }
    await sleep(everyMs);
  }
}
