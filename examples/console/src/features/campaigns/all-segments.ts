"use client";

import { pages } from "@crm-engine/client";
import type { Segment } from "@crm-engine/core";
import { useQuery } from "@tanstack/react-query";
import { useEngine } from "@/api/engine";

/** Offered at most; whoever has more finds theirs by its page. */
const MOST = 2_000;

export function useAllSegments() {
  const engine = useEngine();
  return useQuery({
    queryKey: ["segments", "all"],
    staleTime: 10_000,
    queryFn: async () => {
      const found: Segment[] = [];
      for await (const segment of pages((page) => engine.segments.list(page))) {
        found.push(segment);
        if (found.length >= MOST) break;
      }
      return found;
    },
  });
}
