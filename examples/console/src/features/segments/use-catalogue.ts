"use client";

import { useQuery } from "@tanstack/react-query";
import { useEngine } from "@/api/engine";

/** What rules can name. */
export function useCatalogue() {
  const engine = useEngine();
  return useQuery({ queryKey: ["fields"], queryFn: () => engine.segments.fields(), staleTime: 300_000 });
}
