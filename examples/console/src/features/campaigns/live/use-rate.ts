"use client";

import type { CampaignStats } from "@crm-engine/core";
import { useEffect, useRef, useState } from "react";

/** The rate is that of so long. */
const WINDOW_MS = 15_000;

/** Messages a second that go out now, from the counts as they come in; undefined until there are two. */
export function useRate(stats: CampaignStats | undefined, readAt: number, on: boolean): number | undefined {
  const seen = useRef<{ readonly at: number; readonly done: number }[]>([]);
  const [rate, setRate] = useState<number>();
  const done = stats === undefined ? undefined : stats.total - stats.pending - stats.claimed - stats.skipped;
  useEffect(() => {
    if (!on || done === undefined) {
      seen.current = [];
      setRate(undefined);
      return;
    }
    seen.current = [...seen.current.filter(({ at }) => at > readAt - WINDOW_MS), { at: readAt, done }];
    const first = seen.current[0];
    if (first === undefined || readAt - first.at < 1_500) return;
    setRate(Math.max(0, (done - first.done) / ((readAt - first.at) / 1_000)));
  }, [on, done, readAt]);
  return rate;
}
