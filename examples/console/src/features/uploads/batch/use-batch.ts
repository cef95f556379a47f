"use client";

import type { Batch } from "@crm-engine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useEngine } from "@/api/engine";
import { POLL_MS, useEvents } from "@/api/live";

const RECOVER_MS = 3_000;
/** What rows may change. */
const CHANGED = ["batches", "orders", "order", "customers", "customer", "dashboard", "segments", "fields"];

/** An upload, live until it is completed; then whatever it may have changed is read anew. */
export function useBatch(id: string) {
  const engine = useEngine();
  const queries = useQueryClient();
  const key = ["batch", id];
  const held = queries.getQueryData<Batch>(key);
  const hears = useEvents(id !== "" && held?.status !== "completed", id, (signal) =>
    engine.batches.completed(id, { signal, onProgress: (batch) => queries.setQueryData(key, batch) }),
  );
  const query = useQuery({
    queryKey: key,
    queryFn: () => engine.batches.get(id),
    enabled: id !== "",
    refetchInterval: ({ state }) => {
      if (state.status === "error" || state.fetchFailureCount > 0) return RECOVER_MS;
      return state.data?.status === "completed" || hears ? false : POLL_MS;
    },
  });
  const wasRunning = useRef(false);
  const status = query.data?.status;
  useEffect(() => {
    if (status === "processing") wasRunning.current = true;
    if (status !== "completed" || !wasRunning.current) return;
    wasRunning.current = false;
    for (const name of CHANGED) void queries.invalidateQueries({ queryKey: [name] });
  }, [status, queries]);
  return query;
}
