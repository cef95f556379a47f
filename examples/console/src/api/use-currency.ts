"use client";

import { useQuery } from "@tanstack/react-query";
import { useEngine } from "./engine";

/** The engine's currency, which is the same as long as it runs; undefined until it is known. */
export function useCurrency(): string | undefined {
  const engine = useEngine();
  const { data } = useQuery({
    queryKey: ["currency"],
    queryFn: async () => (await engine.dashboard({ days: 1 })).currency,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data;
}
