"use client";

import type { Topic } from "@crm-engine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { useEngine } from "@/api/engine";
import { plural } from "@/api/format";

export type Replayed = { readonly ids: readonly string[] } | { readonly topic: Topic };

/** What changes where dead letters are taken out of their list. */
export const DEAD_LETTER_KEYS = [["dead-letters"], ["queues"], ["findings"]] as const;

export function useReplay(onDone: () => void, { showsError = false } = {}) {
  const engine = useEngine();
  const queries = useQueryClient();
  return useMutation({
    meta: { showsError },
    mutationFn: (which: Replayed) => engine.queues.replay(which),
    onSuccess: async (replayed, which) => {
      const gone = "ids" in which ? which.ids.length - replayed : 0;
      toast.success(`${plural(replayed, "dead letter")} put back into ${replayed === 1 ? "its queue" : "their queues"}.`, {
        description: gone > 0 ? `${plural(gone, "was", "were")} there no more.` : "One that fails again comes back here.",
      });
      await Promise.all(DEAD_LETTER_KEYS.map((queryKey) => queries.invalidateQueries({ queryKey })));
      onDone();
    },
  });
}
