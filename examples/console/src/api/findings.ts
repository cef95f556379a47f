"use client";

import type { RemoteClient } from "@crm-engine/client";
import { useQuery } from "@tanstack/react-query";
import { useEngine } from "./engine";
import { useVisible } from "./live";
import { useHydrated } from "./use-hydrated";

export type Finding = Awaited<ReturnType<RemoteClient["health"]["findings"]>>[number];

/** What is wrong, or will be. The heart beat of the page: it also tells whether the engine answers, and how fast. */
export function useFindings({ everyMs = 3_000 } = {}) {
  const engine = useEngine();
  const visible = useVisible();
  // The bar above is taken over before its page, and may know the answer by then.
  const hydrated = useHydrated();
  return useQuery({
    queryKey: hydrated ? ["findings"] : ["findings", "ahead"],
    enabled: hydrated,
    queryFn: () => engine.health.findings(),
    refetchInterval: visible ? everyMs : false,
  });
}
