import { wait } from "../brokers/wait.js";
import type { RedisTopic } from "./redis-topic.js";

/** How late a message may come back that another process put off. */
const LOOK_MS = 500;
const SHORTEST_MS = 5;

/** Brings back messages of a topic when they are due, until stopped. Any number of processes may do so at once. */
export function promoteDelayed(
  topic: RedisTopic,
  stop: AbortSignal,
): { readonly done: Promise<void>; expect(inMs: number): void } {
  let wakeAt = 0;
  let rest = new AbortController();
  const sleepUntilDue = async () => {
    rest = new AbortController();
    await wait(wakeAt - Date.now(), AbortSignal.any([stop, rest.signal]));
  };
  const run = async () => {
    while (!stop.aborted) {
      const nextMs = await topic.promote().catch(() => undefined);
      wakeAt = Date.now() + Math.max(SHORTEST_MS, Math.min(nextMs ?? LOOK_MS, LOOK_MS));
      await sleepUntilDue();
    }
  };
  return {
    done: run(),
    /** A message was just put off for so long. */
    expect(inMs) {
      if (Date.now() + inMs < wakeAt) rest.abort();
    },
  };
}
