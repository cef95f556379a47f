"use client";

import type { Campaign, CampaignStats } from "@crm-engine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { useState } from "react";
import { formatDuration, formatNumber, formatShare, plural } from "@/api/format";
import { useNow } from "@/api/live";
import { Button } from "@/ui/button";
import { Loaded } from "@/ui/data-table";
import { DeliveryBar } from "@/ui/delivery-bar";
import { Figure, Panel, Skeleton } from "@/ui/panel";
import { Ago, Time } from "@/ui/time";
import { isMoving, isOver } from "../campaign-status";
import { inWords } from "../in-words";
import { reachAtLaunch } from "../reach-at-launch";
import { RateDialog } from "./rate-dialog";
import { useRate } from "./use-rate";
import { WaitsFor } from "./waits-for";

interface ProgressPanelProps {
  readonly campaign: Campaign;
  readonly stats: UseQueryResult<CampaignStats>;
}

export function ProgressPanel({ campaign, stats }: ProgressPanelProps) {
  const { status, waitsFor, throttlePerSecond, reason } = campaign;
  const [changesRate, setChangesRate] = useState(false);
  const moving = isMoving(status);
  const rate = useRate(stats.data, stats.dataUpdatedAt, status === "running");
  const left = (stats.data?.pending ?? 0) + (stats.data?.claimed ?? 0);
  return (
    <Panel
      title="Progress"
      note={stats.data !== undefined && <Updated at={stats.dataUpdatedAt} live={moving} />}
      actions={!isOver(status) && <Button onClick={() => setChangesRate(true)}>Change rate</Button>}
    >
      {reason !== undefined && (
        <p className="mb-3 rounded-md bg-warn-soft px-3 py-2 text-sm">
          <strong className="text-warn">{status === "failed" ? "Failed" : "Paused"}:</strong> {inWords(reason)}
        </p>
      )}
      {status === "paused" && left > 0 && (
        <p className="mb-3 text-sm text-muted">
          Resume goes on from the {plural(left, "message")} that are left; nobody is written to twice. Cancel skips them for good.
        </p>
      )}
      {waitsFor !== undefined && waitsFor.length > 0 && (
        <div className="mb-4">
          <WaitsFor waitsFor={waitsFor} />
        </div>
      )}
      <Loaded query={stats} skeleton={<Skeleton className="h-40 w-full" />}>
        {(counts) => (
          <>
            {counts.total === 0 ? (
              <p className="text-sm text-muted">
                {status === "planning" ? "The audience is being planned: one row for each recipient." : "Nobody is in its log."}
              </p>
            ) : (
              <>
                <div className="mb-4 grid grid-cols-2 gap-4 sm:grid-cols-4">
                  <SentTo campaign={campaign} counts={counts} />
                  <Figure
                    label="Done"
                    value={formatNumber(counts.total - left)}
                    note={`${formatShare(counts.total - left, counts.total)} of all`}
                  />
                  {status === "running" ? (
                    <>
                      <Figure
                        label="Rate now"
                        value={rate === undefined ? "–" : `${formatRate(rate)}/s`}
                        note={
                          throttlePerSecond === undefined ? "no limit of its own" : `at most ${formatNumber(throttlePerSecond)}/s`
                        }
                      />
                      <Figure
                        label="Time left"
                        value={rate === undefined || rate === 0 ? "–" : formatDuration((left / rate) * 1_000)}
                        note="at this rate"
                      />
                    </>
                  ) : (
                    <>
                      <Figure
                        label="Left"
                        value={formatNumber(left)}
                        note={left === 0 ? "nothing waits" : "not begun, or under way"}
                      />
                      {isOver(status) && <Took history={campaign.history} />}
                    </>
                  )}
                </div>
                <DeliveryBar counts={counts} words />
              </>
            )}
            {counts.waiting.count > 0 && (
              <p className="mt-3 text-sm">
                {plural(counts.waiting.count, "message")} put off
                {Object.entries(counts.waiting.reasons).map(([why, count]) => ` · ${why} (${formatNumber(count)})`)}
                {counts.waiting.nextAt !== undefined && (
                  <>
                    {" "}
                    · the next try is <Ago at={counts.waiting.nextAt} />
                  </>
                )}
              </p>
            )}
            <LastEvent stats={counts} />
          </>
        )}
      </Loaded>
      {changesRate && <RateDialog campaign={campaign} left={left} onClose={() => setChangesRate(false)} />}
    </Panel>
  );
}

/**
 * The number of the waterfall and of the launch: those who match, without those who are skipped. Who is skipped shows only as rows are
 * taken up; until the last, the launch's own count is shown where this tab launched it.
 */
function SentTo({ campaign: { id, status }, counts }: { readonly campaign: Campaign; readonly counts: CampaignStats }) {
  const notSkipped = counts.total - counts.skipped;
  const launched = reachAtLaunch(id);
  const note = `${formatNumber(counts.total)} matched, ${formatNumber(counts.skipped)} skipped${isOver(status) ? "" : " so far"}`;
  if (isOver(status)) return <Figure label="Was to be sent to" value={formatNumber(notSkipped)} note={note} />;
  return (
    <Figure
      label="Will be sent to"
      value={launched === undefined ? `≤ ${formatNumber(notSkipped)}` : formatNumber(launched)}
      note={note}
    />
  );
}

/** From its first start to its last end. */
function Took({ history }: Pick<Campaign, "history">) {
  const [from, to] = [history.find(({ to }) => to === "planning")?.at, history.at(-1)?.at];
  if (from === undefined || to === undefined) return null;
  return <Figure label="Took" value={formatDuration(Date.parse(to) - Date.parse(from))} note="from start to end" />;
}

const formatRate = (rate: number): string => formatNumber(rate >= 10 ? Math.round(rate) : Math.round(rate * 10) / 10);

function Updated({ at, live }: { readonly at: number; readonly live: boolean }) {
  const now = useNow();
  return (
    <>
      Updated {formatDuration(Math.max(0, now - at))} ago{live ? "; goes on by itself" : ""}
    </>
  );
}

function LastEvent({ stats }: { readonly stats: CampaignStats }) {
  const last = stats.timeline.at(-1);
  if (last === undefined) return null;
  return (
    <p className="mt-3 text-xs text-muted">
      Last seen a message sent, delivered or failed in the minute from <Time at={last.at} />.
    </p>
  );
}
