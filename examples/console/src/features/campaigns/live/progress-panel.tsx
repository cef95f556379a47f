"use client";

import type { Campaign, CampaignStats } from "@crm-engine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { useState } from "react";
import { formatDuration, formatNumber, formatShare, plural } from "@/api/format";
import { useNow } from "@/api/live";
import { Button } from "@/ui/button";
import { Loaded } from "@/ui/data-table";
import { DeliveryBar } from "@/ui/delivery/delivery-bar";
import { Figure, Panel, Skeleton } from "@/ui/panel";
import { Ago, Time } from "@/ui/time";
import { isMoving, isOver } from "../campaign-status";
import { inWords } from "../in-words";
import { reachAtLaunch } from "../reach-at-launch";
import { heldBack } from "./move-buttons";
import { RateDialog } from "./rate-dialog";
import { useRate } from "./use-rate";
import { WaitsFor } from "./waits-for";

/** While it waits for one of these, nothing is sent. */
const STOPS: ReadonlySet<string> = new Set(["user", "schedule", "store", "queue", "worker", "lease", "vendor", "dead_letter"]);

interface ProgressPanelProps {
  readonly campaign: Campaign;
  readonly stats: UseQueryResult<CampaignStats>;
}

export function ProgressPanel({ campaign, stats }: ProgressPanelProps) {
  const { status, waitsFor, throttlePerSecond, reason } = campaign;
  const [changesRate, setChangesRate] = useState(false);
  const moving = isMoving(status);
  const rate = useRate(stats.data, stats.dataUpdatedAt, status === "running");
  const stuck = waitsFor?.some(({ what }) => STOPS.has(what)) ?? false;
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
          {heldBack(stats.data?.claimed ?? 0, stats.data?.pending ?? 0)} Nobody is written to twice. Cancel skips for good what
          waits.
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
                {status === "planning"
                  ? "The audience is being put together: who is in it, and who can be reached."
                  : "Nobody was in its audience."}
              </p>
            ) : (
              <>
                <div className="mb-4 grid grid-cols-2 gap-4 sm:grid-cols-4">
                  {isOver(status) ? (
                    <Outcome campaign={campaign} counts={counts} />
                  ) : (
                    <>
                      <WillBeSentTo id={campaign.id} counts={counts} />
                      <Figure
                        label="Done"
                        value={formatNumber(counts.total - left)}
                        note={`${formatShare(counts.total - left, counts.total)} of ${formatNumber(counts.total)} matched`}
                      />
                      {status === "running" ? (
                        <>
                          <Figure
                            label="Rate now"
                            value={rate === undefined ? "–" : `${formatRate(rate)}/s`}
                            note={
                              throttlePerSecond === undefined
                                ? "no limit of its own"
                                : `at most ${formatNumber(throttlePerSecond)}/s`
                            }
                          />
                          <Figure
                            label="Time left"
                            value={rate === undefined || rate === 0 || stuck ? "–" : formatDuration((left / rate) * 1_000)}
                            note={stuck ? "it waits, as said above" : "at this rate"}
                          />
                        </>
                      ) : (
                        <Figure
                          label="Left"
                          value={formatNumber(left)}
                          note={left === 0 ? "nothing waits" : "not begun, or under way"}
                        />
                      )}
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
                {counts.waiting.nextAt !== undefined && <NextTry at={counts.waiting.nextAt} />}
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
function WillBeSentTo({ id, counts: { total, skipped } }: { readonly id: string; readonly counts: CampaignStats }) {
  const launched = reachAtLaunch(id);
  return (
    <Figure
      label="Will be sent to"
      value={launched === undefined ? `≤ ${formatNumber(total - skipped)}` : formatNumber(launched)}
      note={`${formatNumber(total)} matched, ${formatNumber(skipped)} skipped so far`}
    />
  );
}

/** Of a campaign that is over: figures that add up to everyone who matched. */
function Outcome({ campaign: { history }, counts }: { readonly campaign: Campaign; readonly counts: CampaignStats }) {
  const { total, sent, delivered, bounced, failed, skipped, unknown } = counts;
  const [from, to] = [history.find(({ to }) => to === "planning")?.at, history.at(-1)?.at];
  const tookMs = from === undefined || to === undefined ? undefined : Date.parse(to) - Date.parse(from);
  return (
    <>
      <Figure
        label="Sent to"
        value={formatNumber(sent + delivered + bounced)}
        note={`of ${plural(total, "person who matched", "people who matched")}`}
      />
      <Figure
        label="Skipped"
        value={formatNumber(skipped)}
        note={skipped === 0 ? "everyone could be written to" : "not written to"}
      />
      <Figure
        label="Not sent"
        value={formatNumber(failed + unknown)}
        note={
          failed + unknown === 0
            ? "none failed"
            : `${formatNumber(failed)} failed${unknown === 0 ? "" : `, ${formatNumber(unknown)} unclear`}`
        }
      />
      {tookMs !== undefined && (
        <Figure label="Took" value={tookMs < 1_000 ? "under 1 s" : formatDuration(tookMs)} note="from start to end" />
      )}
    </>
  );
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

function NextTry({ at }: { readonly at: string }) {
  const now = useNow();
  if (Date.parse(at) <= now) return " · the next try is due";
  return (
    <>
      {" "}
      · the next try is <Ago at={at} />
    </>
  );
}

function LastEvent({ stats }: { readonly stats: CampaignStats }) {
  const last = stats.timeline.at(-1);
  if (last === undefined) return null;
  return (
    <p className="mt-3 text-xs text-muted">
      A message was last sent, delivered or failed in the minute from <Time at={last.at} />.
    </p>
  );
}
