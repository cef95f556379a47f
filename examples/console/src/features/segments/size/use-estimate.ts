"use client";

import type { Channel, Estimate, Rule } from "@crm-engine/core";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useEngine } from "@/api/engine";
import { useSettled } from "@/api/use-settled";

/** After the last change, before the engine is asked. */
const PAUSE_MS = 300;

export interface Estimated extends Estimate {
  /** When it was asked. */
  readonly asOf: string;
}

interface EstimateOf {
  readonly rule: Rule;
  readonly timeZone: string | undefined;
  readonly channel?: Channel | undefined;
}

/** How many a rule selects; questions that nobody waits for any more are called off. */
export function useEstimate(wanted: EstimateOf, on = true): UseQueryResult<Estimated> & { readonly waiting: boolean } {
  const engine = useEngine();
  const text = JSON.stringify(wanted);
  const settled = useSettled(text, PAUSE_MS);
  const query = useQuery({
    queryKey: ["segments", "estimate", settled],
    queryFn: async ({ signal }) => {
      const asOf = new Date().toISOString();
      const request = JSON.parse(settled) as EstimateOf;
      return { ...(await inTurn(signal, () => engine.segments.estimate(request, { signal }))), asOf };
    },
    enabled: on && settled === text,
    staleTime: 60_000,
    gcTime: 60_000,
    placeholderData: (before) => before,
  });
  return { ...query, waiting: on && (settled !== text || query.isFetching) };
}

/** Asked at once at most: a browser has six lines to a server, and others need some. */
const LINES = 3;
let busy = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
  while (busy >= LINES) await new Promise<void>((resolve) => waiting.push(resolve));
  busy++;
  try {
    signal.throwIfAborted();
    return await ask();
  } finally {
    busy--;
    waiting.shift()?.();
  }
}
