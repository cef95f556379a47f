"use client";

import type { Campaign } from "@crm-engine/core";
import { useState } from "react";
import { formatNumber, plural } from "@/api/format";
import { CampaignStatusBadge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { CopyAsCurl } from "@/ui/copy-button";
import { ErrorNotice } from "@/ui/error-notice";
import { Field, Input, Select } from "@/ui/field";
import { PageHead, Panel, Skeleton } from "@/ui/panel";
import { SimulatedNote } from "@/ui/simulated";
import { CampaignMenu } from "../campaign-menu";
import { SegmentPicker } from "../segment-picker";
import { useAudienceEstimate } from "../use-audience-estimate";
import { Waterfall } from "../waterfall";
import { Blocked } from "./blocked";
import { BodyField } from "./body-field";
import { Conflict } from "./conflict";
import { inputOf } from "./draft";
import { LaunchDialog } from "./launch-dialog";
import { PreviewPanel } from "./preview/preview-panel";
import { SaveState } from "./save-state";
import { ScheduleDialog } from "./schedule-dialog";
import { TemplateInput } from "./template-input";
import { useTemplateVariables } from "./template-variables";
import { TestDialog } from "./test-dialog";
import { useDraft } from "./use-draft";

type Asked = "launch" | "schedule" | "test";
const DONE: Readonly<Record<Asked, string>> = { launch: "launched", schedule: "scheduled", test: "tested" };

/** A draft, from its audience to its launch. */
export function Composer({ campaign }: { readonly campaign: Campaign }) {
  const [kept, { edit, flush, keepMine, takeTheirs }] = useDraft(campaign);
  const { draft, saved, faults, state } = kept;
  const estimate = useAudienceEstimate(draft, draft.channel);
  const [asked, setAsked] = useState<Asked>();
  const [waits, setWaits] = useState<Asked>();
  const [blocked, setBlocked] = useState<Asked>();
  const [member, setMember] = useState<string>();
  const seen = estimate.data?.sample.flatMap(({ attributes }) => Object.keys(attributes)) ?? [];
  const variables = useTemplateVariables(seen);
  const email = draft.channel === "email";
  const reached = estimate.data?.reachable?.willBeSent;

  /** All of these are about what the engine has: the last words are written first. */
  const ask = async (wanted: Asked) => {
    setWaits(wanted);
    setBlocked(undefined);
    const isSaved = await flush();
    setWaits(undefined);
    if (!isSaved) return setBlocked(wanted);
    if (wanted === "launch") void estimate.refetch();
    setAsked(wanted);
  };
  const close = () => setAsked(undefined);

  return (
    <>
      <PageHead
        documentTitle={draft.name === "" ? "Draft" : draft.name}
        title={draft.name === "" ? "Draft without a name" : draft.name}
        note={
          <div className="flex flex-wrap items-center gap-2">
            <CampaignStatusBadge status={saved.status} />
            <SaveState kept={kept} onTry={() => void flush()} />
          </div>
        }
        actions={
          <>
            <CampaignMenu campaign={saved} />
            <Button busy={waits === "test"} onClick={() => void ask("test")}>
              Send test
            </Button>
            <Button busy={waits === "schedule"} disabled={saved.archived} onClick={() => void ask("schedule")}>
              Schedule
            </Button>
            <Button look="primary" busy={waits === "launch"} disabled={saved.archived} onClick={() => void ask("launch")}>
              {reached === undefined ? "Launch" : `Launch to ${plural(reached, "person", "people")}`}
            </Button>
          </>
        }
      />
      <SimulatedNote className="mb-4" />
      {saved.archived && (
        <p className="mb-4 rounded-md bg-warn-soft px-4 py-2 text-sm">
          This draft is in the archive. Take it out (More) before it can be launched or scheduled.
        </p>
      )}
      {blocked !== undefined && state !== "saved" && (
        <Blocked key={blocked} what={DONE[blocked]} kept={kept} onTry={() => void flush()} />
      )}
      {state === "stale" && <Conflict kept={kept} onKeepMine={keepMine} onTakeTheirs={takeTheirs} />}
      {estimate.data?.reachable !== undefined && (
        <p className="sticky top-0 z-20 -mx-4 mb-4 border-b border-line bg-surface px-4 py-2 text-sm lg:hidden">
          <strong className="tabular-nums">{formatNumber(estimate.data.reachable.willBeSent)}</strong> of{" "}
          {formatNumber(estimate.data.count)} matched get it
        </p>
      )}
      <div className="grid gap-4 lg:grid-cols-[minmax(0,1.35fr)_minmax(0,1fr)]">
        <div className="flex min-w-0 flex-col gap-4">
          <Panel title="Audience" note="Whoever is in any of the segments, once, and in none of the excepted.">
            <div className="grid items-start gap-4 sm:grid-cols-2">
              <SegmentPicker
                label="Who gets it"
                add="Add a segment…"
                chosen={draft.segmentIds}
                taken={draft.excludeSegmentIds}
                error={faults.segmentIds}
                onChange={(segmentIds) => edit({ segmentIds })}
              />
              <SegmentPicker
                label="Except who is in"
                add="Leave out a segment…"
                chosen={draft.excludeSegmentIds}
                taken={draft.segmentIds}
                error={faults.excludeSegmentIds}
                onChange={(excludeSegmentIds) => edit({ excludeSegmentIds })}
              />
            </div>
          </Panel>
          <Panel
            title="Message"
            actions={<CopyAsCurl method="PATCH" path={`/api/campaigns/${saved.id}`} body={inputOf(draft)} />}
          >
            <div className="flex flex-col gap-4">
              <div className="grid gap-4 sm:grid-cols-2">
                <Field label="Name" error={faults.name} hint="Not seen by recipients">
                  {(control) => (
                    <Input
                      {...control}
                      value={draft.name}
                      maxLength={200}
                      onChange={(event) => edit({ name: event.target.value })}
                    />
                  )}
                </Field>
                <Field label="Channel" error={faults.channel}>
                  {(control) => (
                    <Select
                      {...control}
                      value={draft.channel}
                      onChange={(event) => edit({ channel: event.target.value === "sms" ? "sms" : "email" })}
                    >
                      <option value="email">E-mail</option>
                      <option value="sms">SMS</option>
                    </Select>
                  )}
                </Field>
                {email && (
                  <>
                    <Field label="From" error={faults.from} hint="The sender's own address, if empty">
                      {(control) => (
                        <Input
                          {...control}
                          value={draft.from}
                          placeholder="News <news@example.com>"
                          onChange={(event) => edit({ from: event.target.value })}
                        />
                      )}
                    </Field>
                    <Field label="Reply to" error={faults.replyTo} hint="As From, if empty">
                      {(control) => (
                        <Input {...control} value={draft.replyTo} onChange={(event) => edit({ replyTo: event.target.value })} />
                      )}
                    </Field>
                  </>
                )}
              </div>
              {email && (
                <>
                  <TemplateInput
                    label="Subject"
                    value={draft.subject}
                    error={faults.subject}
                    variables={variables}
                    onChange={(subject) => edit({ subject })}
                  />
                  <TemplateInput
                    label="Preheader"
                    value={draft.preheader}
                    hint="Shown beside the subject in lists of mails; hidden in the mail"
                    error={faults.preheader}
                    variables={variables}
                    onChange={(preheader) => edit({ preheader })}
                  />
                </>
              )}
              <BodyField
                value={draft.body}
                error={faults.body}
                hint={
                  email
                    ? "HTML with Liquid: {{ customer.name }}, {% if customer.attributes.plan %}"
                    : "Text with Liquid: {{ customer.name }}"
                }
                variables={variables}
                onChange={(body) => edit({ body })}
              />
              {email && (
                <details open={draft.text !== "" || faults.text !== undefined}>
                  <summary className="mb-3 text-sm font-medium">
                    Text part{draft.text === "" ? ": read off the body" : ""}
                  </summary>
                  <TemplateInput
                    lines
                    label="Text part"
                    value={draft.text}
                    hint="For mail programs that show no HTML. Read off the body, if empty; the preview shows it."
                    error={faults.text}
                    variables={variables}
                    onChange={(text) => edit({ text })}
                  />
                </details>
              )}
              <Field
                label="Messages a second"
                error={faults.rate}
                hint="No limit of its own, if empty. It can be changed while it runs."
                className="max-w-60"
              >
                {(control) => (
                  <Input
                    {...control}
                    inputMode="decimal"
                    value={draft.rate}
                    onChange={(event) => edit({ rate: event.target.value })}
                  />
                )}
              </Field>
            </div>
          </Panel>
        </div>
        <div className="flex min-w-0 flex-col gap-4 self-start lg:sticky lg:top-4 lg:max-h-[calc(100dvh-2rem)] lg:overflow-y-auto">
          <Panel title="Who it reaches" className="shadow-sm lg:sticky lg:top-0 lg:z-10">
            <AudienceCount segments={draft.segmentIds.length} estimate={estimate} />
          </Panel>
          <PreviewPanel
            campaign={saved}
            count={estimate.data?.count ?? 0}
            behind={state !== "saved"}
            customerId={member}
            onChoose={setMember}
          />
        </div>
      </div>
      {asked === "launch" && <LaunchDialog campaign={saved} estimate={estimate} onClose={close} />}
      {asked === "schedule" && <ScheduleDialog campaign={saved} estimate={estimate.data} onClose={close} />}
      {asked === "test" && <TestDialog campaign={saved} customerId={member} onClose={close} />}
    </>
  );
}

interface AudienceCountProps {
  readonly segments: number;
  readonly estimate: ReturnType<typeof useAudienceEstimate>;
}

function AudienceCount({ segments, estimate }: AudienceCountProps) {
  if (segments === 0) return <p className="text-sm text-muted">Choose a segment to see how many it reaches.</p>;
  if (estimate.data === undefined) {
    return estimate.error === null ? (
      <Skeleton className="h-56 w-full" />
    ) : (
      <ErrorNotice compact error={estimate.error} retry={() => void estimate.refetch()} />
    );
  }
  return (
    <div>
      <Waterfall estimate={estimate.data} counting={estimate.isPlaceholderData} />
      {estimate.error !== null && (
        <div className="mt-2">
          <ErrorNotice compact error={estimate.error} retry={() => void estimate.refetch()} />
        </div>
      )}
    </div>
  );
}
