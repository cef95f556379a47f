"use client";

import type { QueueDepth, Topic } from "@crm-engine/core";
import { useEffect, useState } from "react";

interface Sample {
  readonly at: number;
  readonly depths: readonly QueueDepth[];
}

/** Looked at over so long a time. */
const WINDOW_MS = 10_000;

/** How fast each queue grows or shrinks, in messages a second, over the last few looks; none before the second. */
export function useChangeOf(depths: readonly QueueDepth[] | undefined, at: number): ReadonlyMap<Topic, number> {
  const [samples, setSamples] = useState<readonly Sample[]>([]);
  useEffect(() => {
    if (depths === undefined) return;
    setSamples((before) => [...before.filter((sample) => sample.at > at - WINDOW_MS && sample.at < at), { at, depths }]);
  }, [depths, at]);
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || last.at === first.at) return new Map();
  const seconds = (last.at - first.at) / 1_000;
  return new Map(
    last.depths.flatMap(({ topic, messages }) => {
      const before = first.depths.find((depth) => depth.topic === topic);
      return before === undefined ? [] : [[topic, Math.round((messages - before.messages) / seconds)] as const];
    }),
  );
}
