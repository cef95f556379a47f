"use client";

import { RemoteError } from "@crm-engine/client";
import type { Segment } from "@crm-engine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useMemo, useState } from "react";
import { toast } from "sonner";
import { useEngine } from "@/api/engine";
import { hasRemoteCode } from "@/api/errors/has-remote-code";
import { useAllSegments } from "@/api/use-all";
import { useEngineSettings } from "@/api/use-engine-settings";
import { useParams } from "@/api/use-param";
import { Badge } from "@/ui/badge";
import { Button, LinkButton } from "@/ui/button";
import { CopyAsCurl } from "@/ui/copy-button";
import { Confirm } from "@/ui/dialog";
import { ErrorNotice } from "@/ui/error-notice";
import { Field, Input } from "@/ui/field";
import { PageHead, Panel } from "@/ui/panel";
import { Tabs } from "@/ui/tabs";
import { Ago } from "@/ui/time";
import { Combo } from "./combo";
import { ConflictDialog } from "./conflict-dialog";
import { DeleteSegment } from "./delete-segment";
import { MembersTab } from "./members/members-tab";
import { someUnfinished } from "./rule/leaf-form";
import { zoneOptions } from "./rule/zones";
import { RuleTab } from "./rule-tab";
import { SegmentAnalyticsTab } from "./segment-analytics";
import { useDescribe } from "./use-description";
import { useLeaveGuard } from "./use-leave-guard";
import { type DraftWork, useSegmentDraft } from "./use-segment-draft";
import { UsedByTab } from "./used-by-tab";

export function SegmentEditor({ saved }: { readonly saved: Segment | undefined }) {
  const work = useSegmentDraft(saved);
  const { currency } = useEngineSettings();
  const segments = useAllSegments();
  const describe = useDescribe(segments.data?.items ?? [], currency, work.changed);
  const leaving = useLeaveGuard(work.changed);
  const [deleting, setDeleting] = useState(false);
  const title = work.name.trim() === "" ? (saved?.name ?? "New segment") : work.name;
  const rule = () => <RuleTab work={work} segmentId={saved?.id} savedWords={saved?.description} describe={describe} />;
  return (
    <>
      <PageHead
        title={title}
        documentTitle={title}
        note={
          <span className="flex flex-wrap items-center gap-2">
            <Link href="/segments" className="text-accent hover:underline">
              All segments
            </Link>
            {saved !== undefined && (
              <span>
                saved <Ago at={saved.updatedAt} />
              </span>
            )}
            {work.changed && <Badge tone="warn">{saved === undefined ? "not saved yet" : "unsaved changes"}</Badge>}
          </span>
        }
        actions={
          saved !== undefined && (
            <>
              <Button look="danger" onClick={() => setDeleting(true)}>
                Delete…
              </Button>
              <LinkButton href={`/campaigns?new=${encodeURIComponent(saved.id)}`}>Write to these people</LinkButton>
            </>
          )
        }
      />
      <SaveBar saved={saved} work={work} describe={describe} />
      {saved === undefined ? (
        rule()
      ) : (
        <Tabs
          label="Of the segment"
          tabs={[
            { id: "rule", label: "Rule", content: rule },
            { id: "members", label: "Members", content: () => <MembersTab segment={saved} changed={work.changed} /> },
            { id: "analytics", label: "Analytics", content: () => <SegmentAnalyticsTab segment={saved} /> },
            { id: "used-by", label: "Used by", content: () => <UsedByTab id={saved.id} /> },
          ]}
        />
      )}
      {saved !== undefined && <DeleteSegment segment={saved} open={deleting} onOpenChange={setDeleting} />}
      {leaving}
    </>
  );
}

interface SaveBarProps {
  readonly saved: Segment | undefined;
  readonly work: DraftWork;
  readonly describe: ReturnType<typeof useDescribe>;
}

/** Name, zone, save and discard. */
function SaveBar({ saved, work, describe }: SaveBarProps) {
  const settings = useEngineSettings();
  const { save, newer, closeConflict } = useSave(saved, work);
  const { draft, changed } = work;
  const zones = useMemo(() => zoneOptions(settings.timeZone), [settings.timeZone]);
  const [discarding, setDiscarding] = useState(false);
  const name = draft.name.trim();
  const unfinished = someUnfinished(work.query);
  const body = { name, rule: draft.rule, ...(draft.timeZone === "" ? {} : { timeZone: draft.timeZone }) };
  return (
    <Panel className="mb-4">
      {work.restored && changed && (
        <p role="status" className="mb-3 rounded-md bg-info-soft px-3 py-2 text-sm text-info">
          This is your unsaved work from before. Save it, or discard it.
        </p>
      )}
      <form
        className="flex flex-wrap items-end gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (name !== "" && !unfinished && !save.isPending) save.mutate({ version: work.version });
        }}
      >
        <Field label="Name" className="min-w-56 flex-1">
          {(control) => (
            <Input
              {...control}
              maxLength={200}
              autoComplete="off"
              value={draft.name}
              onChange={(event) => work.setName(event.target.value)}
            />
          )}
        </Field>
        <div className="flex flex-col gap-1">
          <span className="text-xs font-semibold text-muted">Time zone of its days</span>
          <Combo
            label="Time zone of its days"
            className="w-60 max-w-full"
            value={draft.timeZone}
            options={zones}
            onChange={work.setTimeZone}
          />
        </div>
        <div className="flex flex-wrap items-center gap-2">
          <Button
            type="submit"
            look="primary"
            busy={save.isPending}
            disabled={name === "" || unfinished || (!changed && saved !== undefined)}
          >
            {saved === undefined ? "Create the segment" : "Save"}
          </Button>
          <Button disabled={!changed || save.isPending} onClick={() => setDiscarding(true)}>
            Discard…
          </Button>
          <CopyAsCurl
            method={saved === undefined ? "POST" : "PUT"}
            path={saved === undefined ? "/api/segments" : `/api/segments/${encodeURIComponent(saved.id)}`}
            body={body}
          />
        </div>
      </form>
      {changed && (name === "" || unfinished) && (
        <p className="mt-2 text-xs text-muted">
          {name === ""
            ? "It needs a name before it can be saved."
            : "Something in the rule is still to be given before it can be saved."}{" "}
          What you did is kept in this tab.
        </p>
      )}
      {save.error !== null && newer === undefined && (
        <div className="mt-3">
          <ErrorNotice byHand compact error={save.error} retry={() => save.mutate({ version: work.version })} />
        </div>
      )}
      <Confirm
        open={discarding}
        onOpenChange={setDiscarding}
        title="Discard your work?"
        action="Discard it"
        onConfirm={() => {
          work.take(saved);
          setDiscarding(false);
        }}
      >
        <p>
          {saved === undefined ? "The new segment is gone." : "Name, zone and rule are again as they were saved."} This can't be
          undone.
        </p>
      </Confirm>
      {newer !== undefined && (
        <ConflictDialog
          mine={draft}
          newer={newer}
          describe={describe}
          busy={save.isPending}
          error={hasRemoteCode(save.error, "stale") ? null : save.error}
          onClose={closeConflict}
          onKeepMine={() => save.mutate({ version: newer.version })}
          onTakeNewer={() => {
            work.take(newer);
            closeConflict();
          }}
        />
      )}
    </Panel>
  );
}

/** Saves the work; where somebody else saved meanwhile, `newer` is theirs. */
function useSave(saved: Segment | undefined, work: DraftWork) {
  const engine = useEngine();
  const queries = useQueryClient();
  const [, change] = useParams();
  const [newer, setNewer] = useState<Segment>();
  const save = useMutation({
    mutationFn: ({ version }: { readonly version: number | undefined }) => {
      const { name, timeZone, rule } = work.draft;
      const input = { name: name.trim(), rule, ...(timeZone === "" ? {} : { timeZone }) };
      if (saved === undefined) return engine.segments.create(input);
      return engine.segments.update(saved.id, input, version === undefined ? {} : { ifVersion: version });
    },
    onSuccess: (segment) => {
      setNewer(undefined);
      // The next new one begins with nothing of this.
      work.take(saved === undefined ? undefined : segment);
      queries.setQueryData(["segment", segment.id], segment);
      void queries.invalidateQueries({ queryKey: ["segments"] });
      toast.success(`“${segment.name}” is saved.`);
      if (saved === undefined) change({ id: segment.id });
    },
    onError: (error) => {
      if (!(error instanceof RemoteError) || error.code !== "stale") return;
      const current = error.details.current as Segment | undefined;
      setNewer(current);
      if (current !== undefined) queries.setQueryData(["segment", current.id], current);
    },
    meta: { showsError: true },
  });
  return {
    save,
    newer,
    closeConflict: () => {
      setNewer(undefined);
      save.reset();
    },
  };
}
