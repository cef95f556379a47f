"use client";

import type { Campaign } from "@crm-engine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, useSyncExternalStore } from "react";
import { useEngine } from "@/api/engine";
import { DraftKeeper, type KeptDraft } from "./draft-keeper";

export type DraftActions = Pick<DraftKeeper, "edit" | "flush" | "keepMine" | "takeTheirs">;

/** The draft of a campaign while it is on the page. */
export function useDraft(campaign: Campaign): readonly [KeptDraft, DraftActions] {
  const engine = useEngine();
  const queries = useQueryClient();
  const [keeper] = useState(
    () =>
      new DraftKeeper(engine, campaign, (saved) => {
        queries.setQueryData(["campaign", saved.id], saved);
        void queries.invalidateQueries({ queryKey: ["campaigns"] });
      }),
  );
  useEffect(() => keeper.use(engine), [keeper, engine]);
  useEffect(() => keeper.adopt(campaign), [keeper, campaign]);
  const kept = useSyncExternalStore(keeper.subscribe, keeper.read, keeper.read);
  const atRisk = kept.state === "failed" || kept.state === "faulty" || kept.state === "stale";
  useEffect(() => {
    const hide = () => {
      if (document.visibilityState === "hidden") void keeper.flush();
    };
    const leave = (event: BeforeUnloadEvent) => {
      if (atRisk) event.preventDefault();
    };
    document.addEventListener("visibilitychange", hide);
    window.addEventListener("beforeunload", leave);
    return () => {
      document.removeEventListener("visibilitychange", hide);
      window.removeEventListener("beforeunload", leave);
    };
  }, [keeper, atRisk]);
  return [kept, keeper];
}
