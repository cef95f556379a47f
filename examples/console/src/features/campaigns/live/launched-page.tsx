"use client";

import type { Campaign } from "@crm-engine/core";
import { useQuery } from "@tanstack/react-query";
import { useEngine } from "@/api/engine";
import { POLL_MS, useVisible } from "@/api/live";
import { CampaignStatusBadge } from "@/ui/badge";
import { PageHead, Panel } from "@/ui/panel";
import { SimulatedNote } from "@/ui/simulated";
import { Tabs } from "@/ui/tabs";
import { Ago, Time } from "@/ui/time";
import { CampaignMenu } from "../campaign-menu";
import { isMoving, isOver, wasLaunched } from "../campaign-status";
import { inWords } from "../in-words";
import { LogTab } from "../report/log-tab";
import { ReportTab } from "../report/report-tab";
import { useAudienceEstimate } from "../use-audience-estimate";
import { Waterfall } from "../waterfall";
import { FailuresPanel } from "./failures-panel";
import { HistoryPanel } from "./history-panel";
import { MessageTab } from "./message-tab";
import { MoveButtons } from "./move-buttons";
import { ProgressPanel } from "./progress-panel";
import { UnknownPanel } from "./unknown-panel";
import { WaitsFor } from "./waits-for";

const REST_MS = 10_000;

/** A campaign that is no draft any more. */
export function LaunchedPage({ campaign }: { readonly campaign: Campaign }) {
  const { id, name, status, schedule, archived } = campaign;
  const engine = useEngine();
  const visible = useVisible();
  const launched = wasLaunched(campaign);
  const stats = useQuery({
    queryKey: ["campaign", id, "stats"],
    enabled: launched,
    queryFn: () => engine.campaigns.stats(id),
    refetchInterval: visible ? (isMoving(status) || status === "paused" ? POLL_MS : REST_MS) : false,
  });
  const live = () =>
    launched ? (
      <div className="flex flex-col gap-4">
        <ProgressPanel campaign={campaign} stats={stats} />
        {stats.data !== undefined && (
          <>
            <UnknownPanel campaign={campaign} count={stats.data.unknown} />
            <FailuresPanel campaign={campaign} stats={stats.data} />
          </>
        )}
        <HistoryPanel campaign={campaign} />
      </div>
    ) : (
      <div className="flex flex-col gap-4">
        <ScheduledPanel campaign={campaign} />
        <HistoryPanel campaign={campaign} />
      </div>
    );
  return (
    <>
      <PageHead
        documentTitle={name}
        title={name}
        note={
          <div className="flex flex-wrap items-center gap-2">
            <CampaignStatusBadge status={status} />
            {archived && <span>in the archive</span>}
            {schedule !== undefined && (
              <span>
                starts <Time at={schedule.at} /> (<Ago at={schedule.at} />)
              </span>
            )}
            {schedule === undefined && <LastMove campaign={campaign} />}
          </div>
        }
        actions={
          <>
            <CampaignMenu campaign={campaign} />
            <MoveButtons campaign={campaign} claimed={stats.data?.claimed ?? 0} pending={stats.data?.pending ?? 0} />
          </>
        }
      />
      <SimulatedNote className="mb-4" />
      <Tabs
        label="About this campaign"
        tabs={[
          { id: "progress", label: isOver(status) || !launched ? "Overview" : "Live", content: live },
          ...(launched
            ? [
                { id: "report", label: "Report", content: () => <ReportTab campaign={campaign} /> },
                { id: "log", label: "Log", content: () => <LogTab campaign={campaign} /> },
              ]
            : []),
          { id: "message", label: "Message", content: () => <MessageTab campaign={campaign} count={stats.data?.total ?? 0} /> },
        ]}
      />
    </>
  );
}

function LastMove({ campaign: { history } }: { readonly campaign: Campaign }) {
  const last = history.at(-1);
  if (last === undefined) return null;
  return (
    <span>
      {last.why}, <Ago at={last.at} />
    </span>
  );
}

function NotStarted({ campaign: { status, reason } }: { readonly campaign: Campaign }) {
  return (
    <div className="text-sm">
      <p className="font-semibold">{reason === undefined ? "It was never started." : `Not started: ${inWords(reason)}.`}</p>
      {status === "paused" && (
        <p className="mt-1 text-muted">
          Nobody was written to. Resume starts it now, to whoever is in the audience; Cancel ends it for good.
        </p>
      )}
    </div>
  );
}

function ScheduledPanel({ campaign }: { readonly campaign: Campaign }) {
  const { schedule, waitsFor, message } = campaign;
  const estimate = useAudienceEstimate(campaign, message.channel);
  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      <Panel title="When">
        {schedule === undefined ? (
          <NotStarted campaign={campaign} />
        ) : (
          <>
            <p className="text-figure font-semibold">
              <Ago at={schedule.at} />
            </p>
            <p className="mt-1 text-sm">
              <Time at={schedule.at} />, given in {schedule.timeZone}
            </p>
            <p className="mt-2 text-sm text-muted">
              If the engine is away then, and back more than {schedule.maxLatenessMinutes} min later, it does not start by itself:
              it is paused, and you decide.
            </p>
          </>
        )}
        {waitsFor !== undefined && (
          <div className="mt-3">
            <WaitsFor waitsFor={waitsFor} />
          </div>
        )}
      </Panel>
      <Panel title="Who it would reach now" note="Decided anew when it starts.">
        {estimate.data === undefined ? (
          <p className="text-sm text-muted">Counting…</p>
        ) : (
          <Waterfall estimate={estimate.data} counting={estimate.isPlaceholderData} />
        )}
      </Panel>
    </div>
  );
}
