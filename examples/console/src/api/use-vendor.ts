"use client";

import { useQuery } from "@tanstack/react-query";
import { useEngine } from "./engine";
import { useHydrated } from "./use-hydrated";

/** Who carries the messages; asked again by itself where somebody watches it. */
export function useVendor({ everyMs }: { readonly everyMs?: number } = {}) {
  const engine = useEngine();
  // The bar above is taken over before its page, and may know the answer by then.
  const hydrated = useHydrated();
  return useQuery({
    queryKey: hydrated ? ["vendor"] : ["vendor", "ahead"],
    enabled: hydrated,
    queryFn: () => engine.health.vendor(),
    ...(everyMs === undefined ? {} : { refetchInterval: everyMs }),
  });
}
