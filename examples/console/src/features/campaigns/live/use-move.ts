"use client";

import type { Campaign } from "@crm-engine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";

interface MoveOptions {
  readonly said: string;
  /** The error stands in a dialog. */
  readonly showsError?: boolean;
  onDone?(): void;
}

/** A move of a campaign, after which every screen that shows it looks again. */
export function useMove(id: string, move: () => Promise<Campaign>, { said, showsError = false, onDone }: MoveOptions) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: move,
    meta: { showsError },
    onSuccess: (campaign) => {
      queries.setQueryData(["campaign", id], campaign);
      void queries.invalidateQueries({ queryKey: ["campaign", id] });
      void queries.invalidateQueries({ queryKey: ["campaigns"] });
      void queries.invalidateQueries({ queryKey: ["findings"] });
      toast.success(said);
      onDone?.();
    },
  });
}
