"use client";

import { useQuery } from "@tanstack/react-query";
import { useEngine } from "./engine";

interface EngineSettings {
  readonly currency?: string;
  readonly timeZone?: string;
}

const UNKNOWN: EngineSettings = {};

/** The engine's currency and zone, which stay as long as it runs, from the figures of a day on which nothing happened. */
export function useEngineSettings(): EngineSettings {
  const engine = useEngine();
  const { data } = useQuery({
    queryKey: ["settings"],
    queryFn: async (): Promise<EngineSettings> => {
      const { currency, timeZone } = await engine.orders.analytics({ from: "2000-01-01", to: "2000-01-02" });
      return { currency, timeZone };
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data ?? UNKNOWN;
}
