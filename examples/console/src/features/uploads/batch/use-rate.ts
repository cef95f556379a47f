"use client";

import { useEffect, useState } from "react";

interface Seen {
  readonly at: number;
  readonly done: number;
}

const WINDOW_MS = 15_000;

/** Rows a second over the last seconds, from what was seen; undefined until two looks tell. */
export function useRate(done: number, on: boolean): number | undefined {
  const [seen, setSeen] = useState<readonly Seen[]>([]);
  useEffect(() => {
    if (!on) return;
    const look = () => {
      const at = Date.now();
      setSeen((before) => [...before.filter((one) => at - one.at < WINDOW_MS), { at, done }]);
    };
    look();
    const timer = setInterval(look, 1_000);
    return () => clearInterval(timer);
  }, [done, on]);
  const [first, last] = [seen[0], seen.at(-1)];
  if (!on || first === undefined || last === undefined || last.at - first.at < 900) return undefined;
  return (Math.max(0, last.done - first.done) * 1_000) / (last.at - first.at);
}
