"use client";

import { useQueries } from "@tanstack/react-query";
import { useEngine } from "@/api/engine";

/** Names of campaigns by id, as far as they are known by now. */
export function useCampaignNames(ids: readonly string[]): ReadonlyMap<string, string> {
  const engine = useEngine();
  const unique = [...new Set(ids)];
  return useQueries({
    queries: unique.map((id) => ({
      queryKey: ["campaign", id],
      queryFn: () => engine.campaigns.get(id),
      staleTime: 60_000,
    })),
    combine: (results) => new Map(results.flatMap(({ data }) => (data === undefined ? [] : [[data.id, data.name] as const]))),
  });
}
