"use client";

import { useQuery } from "@tanstack/react-query";
import { useEngine } from "@/api/engine";
import { POLL_MS } from "@/api/live";

export function useQueues() {
  const engine = useEngine();
  return useQuery({ queryKey: ["queues"], queryFn: () => engine.queues.depths(), refetchInterval: POLL_MS });
}
