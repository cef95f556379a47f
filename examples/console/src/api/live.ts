"use client";

import { useEffect, useState, useSyncExternalStore } from "react";

/** Looked at so often where events don't get through. */
export const POLL_MS = 2_000;
/** Browsers open six connections to one server for all tabs together: that many tabs may listen, the others look. */
const LISTENERS = 3;

/** Whether somebody can see this tab. */
export function useVisible(): boolean {
  const [visible, setVisible] = useState(true);
  useEffect(() => {
    const look = () => setVisible(document.visibilityState === "visible");
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  return visible;
}

/** One of the browser's few places for an event stream, as long as the signal lasts; undefined where all are taken. */
async function takePlace(signal: AbortSignal): Promise<boolean> {
  if (navigator.locks === undefined) return false;
  for (let place = 0; place < LISTENERS; place++) {
    const taken = await new Promise<boolean>((resolve) => {
      void navigator.locks.request(`crm-events-${place}`, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        if (lock === null) return;
        return new Promise<void>((release) => {
          if (signal.aborted) release();
          signal.addEventListener("abort", () => release(), { once: true });
        });
      });
    });
    if (taken) return true;
    if (signal.aborted) return false;
  }
  return false;
}

/**
 * Listens as long as the tab can be seen and `on` holds, and says whether it does: where it doesn't, poll. `listen` resolves when there
 * is nothing more to hear, and rejects where the line can't be held.
 */
export function useEvents(on: boolean, key: string, listen: (signal: AbortSignal) => Promise<unknown>): boolean {
  const visible = useVisible();
  const [hears, setHears] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` says what `listen` listens to
  useEffect(() => {
    if (!on || !visible) return;
    const stop = new AbortController();
    void (async () => {
      if (!(await takePlace(stop.signal)) || stop.signal.aborted) return;
      setHears(true);
      try {
        await listen(stop.signal);
      } catch {
        // The reads beside it say what is wrong.
      } finally {
        setHears(false);
        stop.abort();
      }
    })();
    return () => stop.abort();
  }, [on, visible, key]);
  return hears;
}

const clock = {
  now: Date.now(),
  listeners: new Set<() => void>(),
  timer: undefined as ReturnType<typeof setInterval> | undefined,
};

function tick(): void {
  clock.now = Date.now();
  for (const listener of clock.listeners) listener();
}

function listenToClock(listener: () => void): () => void {
  clock.listeners.add(listener);
  if (clock.timer === undefined) {
    clock.now = Date.now();
    clock.timer = setInterval(tick, 1_000);
  }
  return () => {
    clock.listeners.delete(listener);
    if (clock.listeners.size > 0) return;
    clearInterval(clock.timer);
    clock.timer = undefined;
  };
}

/** The time, in steps, where the reader is told how long ago something was: one clock for all who look. */
export function useNow(everyMs = 1_000): number {
  const step = () => Math.floor(clock.now / everyMs) * everyMs;
  return useSyncExternalStore(listenToClock, step, step);
}
