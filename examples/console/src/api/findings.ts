"use client";

import type { RemoteClient } from "@crm-engine/client";
import { useQuery } from "@tanstack/react-query";
import { useEngine } from "./engine";
import { useVisible } from "./live";

export type Finding = Awaited<ReturnType<RemoteClient["health"]["findings"]>>[number];

/** What is wrong, or will be. The heart beat of the page: it also tells whether the engine answers, and how fast. */
export function useFindings() {
  const engine = useEngine();
  const visible = useVisible();
  return useQuery({
    queryKey: ["findings"],
    queryFn: () => engine.health.findings(),
    refetchInterval: visible ? 3_000 : false,
  });
}
