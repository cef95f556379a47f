"use client";

import { RemoteError } from "@crm-engine/client";
import type { Issue } from "@crm-engine/core";
import { Redo2, Undo2 } from "lucide-react";
import dynamic from "next/dynamic";
import { useEffect, useMemo, useState } from "react";
import { useAllCampaigns, useAllSegments } from "@/api/use-all";
import { useEngineSettings } from "@/api/use-engine-settings";
import { Button, IconButton } from "@/ui/button";
import { StaleNotice } from "@/ui/data-table";
import { ErrorNotice } from "@/ui/error-notice";
import { Panel, SkeletonRows } from "@/ui/panel";
import { JsonView } from "./json-view";
import { someUnfinished } from "./rule/leaf-form";
import { ruleToQuery } from "./rule/rule-query";
import { type RuleWorld, RuleWorldProvider } from "./rule-world";
import { useEstimate } from "./size/use-estimate";
import { WholeSize } from "./size/whole-size";
import { useCatalogue } from "./use-catalogue";
import type { Describe } from "./use-description";
import { useExamples } from "./use-examples";
import type { DraftWork } from "./use-segment-draft";

const RuleBuilder = dynamic(async () => (await import("./builder/rule-builder")).RuleBuilder, {
  ssr: false,
  loading: () => <SkeletonRows rows={4} />,
});

interface RuleTabProps {
  readonly work: DraftWork;
  readonly segmentId: string | undefined;
  /** Of the saved rule, as the engine says it. */
  readonly savedWords: string | undefined;
  readonly describe: Describe | undefined;
}

export function RuleTab({ work, segmentId, savedWords, describe }: RuleTabProps) {
  const catalogue = useCatalogue();
  const segments = useAllSegments();
  const campaigns = useAllCampaigns();
  const examples = useExamples();
  const settings = useEngineSettings();
  const [view, setView] = useState<"form" | "json">("form");
  const { rule, query, changed, timeZone, undo, redo } = work;
  const unfinished = someUnfinished(query);
  const zone = timeZone === "" ? undefined : timeZone;
  const issues = useIssues(rule, zone, unfinished);
  useUndoKeys(undo, redo);

  const world = useMemo<RuleWorld | undefined>(
    () =>
      catalogue.data && {
        catalogue: catalogue.data,
        segments: segments.data?.items ?? [],
        campaigns: campaigns.data?.items ?? [],
        examples,
        currency: settings.currency,
        timeZone: zone ?? settings.timeZone,
        segmentId,
        issues,
      },
    [catalogue.data, segments.data, campaigns.data, examples, settings, zone, segmentId, issues],
  );
  const words = changed || savedWords === undefined ? (unfinished ? undefined : describe?.(rule)) : savedWords;

  return (
    <div className="flex flex-col gap-4">
      <WholeSize rule={rule} timeZone={zone} unfinished={unfinished} />
      <Panel
        title="Who is in it"
        actions={
          <>
            <IconButton label="Undo (Ctrl+Z)" disabled={work.past.length === 0} onClick={undo}>
              <Undo2 aria-hidden size={16} />
            </IconButton>
            <IconButton label="Redo (Ctrl+Shift+Z)" disabled={work.future.length === 0} onClick={redo}>
              <Redo2 aria-hidden size={16} />
            </IconButton>
            <Button
              small
              aria-pressed={view === "form"}
              look={view === "form" ? "primary" : "plain"}
              onClick={() => setView("form")}
            >
              Form
            </Button>
            <Button
              small
              aria-pressed={view === "json"}
              look={view === "json" ? "primary" : "plain"}
              onClick={() => setView("json")}
            >
              JSON
            </Button>
          </>
        }
      >
        <p className="mb-3 text-sm break-words" data-sentence>
          {words ??
            (segmentId === undefined && !changed
              ? "everyone"
              : unfinished
                ? "The sentence comes when the rule is finished."
                : "…")}
        </p>
        {catalogue.error !== null && catalogue.data !== undefined && (
          <StaleNotice error={catalogue.error} retry={() => void catalogue.refetch()} />
        )}
        {view === "json" ? (
          <JsonView rule={rule} issues={issues} onChange={(next) => work.setQuery(ruleToQuery(next))} />
        ) : world === undefined ? (
          catalogue.error === null ? (
            <SkeletonRows rows={4} />
          ) : (
            <ErrorNotice error={catalogue.error} retry={() => void catalogue.refetch()} />
          )
        ) : (
          <RuleWorldProvider value={world}>
            <RuleBuilder query={query} onChange={work.setQuery} />
            <p className="mt-3 text-xs text-muted max-md:hidden">
              In a condition: Alt+↑ and Alt+↓ move it, Alt+Insert duplicates it, Alt+Delete removes it. Numbers at the right: how
              many meet that condition alone.
            </p>
          </RuleWorldProvider>
        )}
      </Panel>
    </div>
  );
}

const NONE: readonly Issue[] = [];

/** What the engine finds wrong in the rule, with paths from the rule on. */
function useIssues(rule: DraftWork["rule"], timeZone: string | undefined, unfinished: boolean): readonly Issue[] {
  const { error } = useEstimate({ rule, timeZone, channel: "email" }, !unfinished);
  return useMemo(() => {
    if (unfinished || !(error instanceof RemoteError) || error.code !== "invalid") return NONE;
    return error.issues.map(({ path, message }) => ({ path: path.replace(/^rule\.?/, ""), message }));
  }, [error, unfinished]);
}

function useUndoKeys(undo: () => void, redo: () => void) {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || isText(event.target)) return;
      const key = event.key.toLowerCase();
      if (key !== "z" && key !== "y") return;
      event.preventDefault();
      if (key === "y" || event.shiftKey) redo();
      else undo();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [undo, redo]);
}

/** A text has an undo of its own. */
function isText(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}
